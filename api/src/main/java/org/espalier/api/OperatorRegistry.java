package org.espalier.api;

import com.google.common.collect.ImmutableSortedMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The operators that can be asked for by id. Immutable and thread-safe.
 *
 * <p>Operators are found by {@link ServiceLoader} and none is created before it makes a plan. One
 * that is broken, was compiled against another SPI level, breaks the rules for ids, or shares its
 * id with another is left out, and {@link #problems} says why.
 */
public final class OperatorRegistry {
  private final ImmutableSortedMap<String, RegisteredOperator> operators;
  private final List<PluginProblem> problems;
  private final KernelRegistry kernels;
  private final List<ClassLoader> loaders;

  private OperatorRegistry(
      Map<String, RegisteredOperator> operators,
      List<PluginProblem> problems,
      KernelRegistry kernels,
      List<ClassLoader> loaders) {
    this.operators = ImmutableSortedMap.copyOf(operators);
    this.problems = List.copyOf(problems);
    this.kernels = kernels;
    this.loaders = List.copyOf(loaders);
  }

  /**
   * Returns the operators that this thread's context class loader sees, or, if that loader does not
   * see this API, those that the API's own loader sees.
   */
  public static OperatorRegistry discover() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return discover(seesThisApi(context) ? context : OperatorRegistry.class.getClassLoader());
  }

  private static boolean seesThisApi(ClassLoader loader) {
    if (loader == null) {
      return false;
    }
    try {
      return loader.loadClass(GrowthOperator.class.getName()) == GrowthOperator.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Returns the operators that {@code loader} sees. */
  public static OperatorRegistry discover(ClassLoader loader) {
    return discover(List.of(loader));
  }

  /**
   * Returns the operators that any of {@code loaders} sees; a class that several see counts once.
   *
   * <p>So plugins may each have a loader of their own above a common one.
   */
  @SuppressWarnings("rawtypes") // A service is named by its raw class.
  public static OperatorRegistry discover(List<ClassLoader> loaders) {
    Collector collector = new Collector(List.of());
    for (ClassLoader loader : loaders) {
      ProviderScan<GrowthOperator> scan =
          ProviderScan.of(ServiceLoader.load(GrowthOperator.class, loader));
      collector.addAll(scan.problems());
      for (ServiceLoader.Provider<GrowthOperator> provider : scan.providers()) {
        collector.addOnce(provider.type(), () -> (GrowthOperator<?>) provider.get());
      }
    }
    return collector.registry(KernelRegistry.discover(loaders), loaders);
  }

  /** Returns this registry with more of what was found and is not available. */
  public OperatorRegistry withProblems(List<PluginProblem> more) {
    List<PluginProblem> all = new ArrayList<>(problems);
    all.addAll(more);
    return new OperatorRegistry(operators, all, kernels, loaders);
  }

  /**
   * Returns the given operators.
   *
   * @throws EspalierException if one breaks a rule of the SPI or two share an id
   */
  public static OperatorRegistry of(GrowthOperator<?>... operators) {
    Collector collector = new Collector(List.of());
    for (GrowthOperator<?> operator : operators) {
      collector.add(operator.getClass(), () -> operator);
    }
    OperatorRegistry registry = collector.registry(KernelRegistry.empty(), List.of());
    if (!registry.problems.isEmpty()) {
      throw new EspalierException(registry.problems.get(0).toString());
    }
    return registry;
  }

  /** Returns the available operators, sorted by id. */
  public List<RegisteredOperator> operators() {
    return operators.values().asList();
  }

  /**
   * Returns the class loaders that operators were looked for in, for a backend to find what else
   * came with them; none for a registry of given operators.
   */
  public List<ClassLoader> loaders() {
    return loaders;
  }

  /** Returns the kernels that came with the operators. */
  public KernelRegistry kernels() {
    return kernels;
  }

  /** Returns what was found and is not available, and why. */
  public List<PluginProblem> problems() {
    return problems;
  }

  /**
   * Returns the operator of that id.
   *
   * @throws EspalierException if there is none; the message names what is available, what was found
   *     and not loaded, and how to add an operator
   */
  public RegisteredOperator find(String id) {
    RegisteredOperator operator = operators.get(id);
    if (operator == null) {
      throw new EspalierException(
          LookupMessage.of("operator", id, operators.keySet().asList(), problems));
    }
    return operator;
  }

  /**
   * Returns the options of an operator, in the order in which it declares them.
   *
   * @throws EspalierException as {@link #find}
   */
  public List<OptionDescription> describeOptions(String id) {
    return find(id).options();
  }

  /** Gathers operators and problems. */
  private static final class Collector {
    private final Map<String, List<RegisteredOperator>> byId = new TreeMap<>();
    private final Set<Class<?>> seen = new HashSet<>();
    private final List<PluginProblem> problems;

    Collector(List<PluginProblem> problems) {
      this.problems = new ArrayList<>(problems);
    }

    void addAll(List<PluginProblem> more) {
      // Every loader finds what is wrong with those above it again.
      more.stream().filter(problem -> !problems.contains(problem)).forEach(problems::add);
    }

    void addOnce(Class<?> type, Supplier<? extends GrowthOperator<?>> provider) {
      if (seen.add(type)) {
        add(type, provider);
      }
    }

    void add(Class<?> type, Supplier<? extends GrowthOperator<?>> provider) {
      try {
        RegisteredOperator operator = OperatorChecks.read(type, provider);
        byId.computeIfAbsent(operator.id(), id -> new ArrayList<>()).add(operator);
      } catch (OperatorChecks.Refused e) {
        problem(type, e.getMessage());
      } catch (RuntimeException | LinkageError e) {
        problem(type, "cannot be read: " + e);
      }
    }

    private void problem(Class<?> type, String reason) {
      problems.add(
          new PluginProblem(OperatorChecks.subject(type), reason, Provenance.of(type).location()));
    }

    OperatorRegistry registry(KernelRegistry kernels, List<ClassLoader> loaders) {
      Map<String, RegisteredOperator> unique = new TreeMap<>();
      byId.forEach(
          (id, found) -> {
            if (found.size() == 1) {
              unique.put(id, found.get(0));
            } else {
              problems.add(
                  new PluginProblem(
                      id,
                      "is claimed by "
                          + String.join(
                              " and ",
                              found.stream()
                                  .map(o -> o.implementation() + " in " + o.location())
                                  .toList())
                          + "; remove all but one",
                      Provenance.UNKNOWN));
            }
          });
      return new OperatorRegistry(unique, problems, kernels, loaders);
    }
  }
}
