package org.espalier.api;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

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
    String message = String.valueOf(error.getMessage());
    String service = GrowthOperator.class.getPackageName();
    int prefix = message.startsWith(service) ? message.indexOf(": ") : -1;
    String plain = prefix < 0 ? message : message.substring(prefix + 2);
    String cause =
        Optional.ofNullable(error.getCause())
            .filter(c -> !plain.contains(String.valueOf(c)))
            .map(c -> ": " + c)
            .orElse("");
    return new PluginProblem(subject(plain), plain + cause, Provenance.UNKNOWN);
  }

  /** Returns the class or file that a loader's message is about. */
  private static String subject(String message) {
    if (message.startsWith("Provider ")) {
      return message.substring("Provider ".length()).split(" ", 2)[0];
    }
    return message.split(" ", 2)[0];
  }
}
