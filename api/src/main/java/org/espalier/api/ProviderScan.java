package org.espalier.api;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The providers of a service that could be read, and what became of the others.
 *
 * <p>One broken provider does not hide the rest: the loader is asked again after each failure, up
 * to a bound, since a loader that cannot recover would fail for ever.
 *
 * @param providers in the loader's order
 * @param problems one for each that could not be read
 */
record ProviderScan<S>(List<ServiceLoader.Provider<S>> providers, List<PluginProblem> problems) {
  private static final int FAILURES_IN_A_ROW = 64;
  private static final String SERVICES = Pattern.quote(GrowthOperator.class.getPackageName() + ".");
  private static final Pattern PROVIDER =
      Pattern.compile("(?:Provider )?([\\w$]+(?:[.][\\w$]+)*) (.*)");
  private static final Pattern FILE = Pattern.compile("(\\S+:\\d+): (.*)");

  static <S> ProviderScan<S> of(ServiceLoader<S> loader) {
    List<ServiceLoader.Provider<S>> providers = new ArrayList<>();
    List<PluginProblem> problems = new ArrayList<>();
    Iterator<ServiceLoader.Provider<S>> iterator = loader.stream().iterator();
    int failures = 0;
    while (failures < FAILURES_IN_A_ROW) {
      try {
        if (!iterator.hasNext()) {
          break;
        }
        providers.add(iterator.next());
        failures = 0;
      } catch (ServiceConfigurationError | LinkageError e) {
        failures++;
        problems.add(problem(e));
      }
    }
    return new ProviderScan<>(providers, problems);
  }

  private static PluginProblem problem(Error error) {
    if (error instanceof NoClassDefFoundError) {
      return new PluginProblem(
          "a plugin",
          "needs the class "
              + String.valueOf(error.getMessage()).replace('/', '.')
              + ", which is missing; add the jar that holds it",
          Provenance.UNKNOWN);
    }
    String message = String.valueOf(error.getMessage());
    // The loader's own messages start with the name of the service, which says nothing here.
    String plain = message.replaceFirst("^" + SERVICES + "\\w+: ", "");
    String cause = error.getCause() == null ? "" : ": " + error.getCause();
    Matcher provider = PROVIDER.matcher(plain);
    if (provider.matches()) {
      return new PluginProblem(provider.group(1), provider.group(2) + cause, Provenance.UNKNOWN);
    }
    Matcher file = FILE.matcher(plain);
    return file.matches()
        ? new PluginProblem("a plugin", file.group(2) + cause, file.group(1))
        : new PluginProblem("a plugin", plain + cause, Provenance.UNKNOWN);
  }
}
