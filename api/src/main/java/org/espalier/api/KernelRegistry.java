package org.espalier.api;

import com.google.common.collect.ImmutableSortedMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** The kernels that {@link TensorRule.Compute} can name. Immutable and thread-safe. */
public final class KernelRegistry {
  private final ImmutableSortedMap<String, TensorKernel> kernels;
  private final List<PluginProblem> problems;

  private KernelRegistry(Map<String, TensorKernel> kernels, List<PluginProblem> problems) {
    this.kernels = ImmutableSortedMap.copyOf(kernels);
    this.problems = List.copyOf(problems);
  }

  /** Returns the kernels that {@code loader} sees; those that cannot be created are left out. */
  public static KernelRegistry discover(ClassLoader loader) {
    return discover(List.of(loader));
  }

  /** Returns the kernels that any of {@code loaders} sees; a class that several see counts once. */
  static KernelRegistry discover(List<ClassLoader> loaders) {
    Set<PluginProblem> problems = new LinkedHashSet<>();
    Map<Class<?>, TensorKernel> found = new LinkedHashMap<>();
    for (ClassLoader loader : loaders) {
      ProviderScan<TensorKernel> scan =
          ProviderScan.of(ServiceLoader.load(TensorKernel.class, loader));
      problems.addAll(scan.problems());
      for (ServiceLoader.Provider<TensorKernel> provider : scan.providers()) {
        try {
          found.putIfAbsent(provider.type(), provider.get());
        } catch (ServiceConfigurationError | LinkageError e) {
          problems.add(
              new PluginProblem(
                  provider.type().getName(),
                  "cannot be created: " + (e.getCause() == null ? e : e.getCause()),
                  Provenance.of(provider.type()).location()));
        }
      }
    }
    return collect(List.copyOf(found.values()), List.copyOf(problems));
  }

  /** Returns a registry without kernels. */
  public static KernelRegistry empty() {
    return new KernelRegistry(Map.of(), List.of());
  }

  /**
   * Returns the given kernels.
   *
   * @throws EspalierException if two share an id
   */
  public static KernelRegistry of(TensorKernel... kernels) {
    KernelRegistry registry = collect(List.of(kernels), List.of());
    if (!registry.problems.isEmpty()) {
      throw new EspalierException(registry.problems.get(0).toString());
    }
    return registry;
  }

  private static KernelRegistry collect(List<TensorKernel> found, List<PluginProblem> earlier) {
    List<PluginProblem> problems = new ArrayList<>(earlier);
    Map<String, List<TensorKernel>> byId = new TreeMap<>();
    for (TensorKernel kernel : found) {
      byId.computeIfAbsent(String.valueOf(kernel.id()), id -> new ArrayList<>()).add(kernel);
    }
    Map<String, TensorKernel> unique = new TreeMap<>();
    byId.forEach(
        (id, sharing) -> {
          if (sharing.size() == 1) {
            unique.put(id, sharing.get(0));
          } else {
            List<String> claimants =
                sharing.stream()
                    .map(
                        k ->
                            k.getClass().getName()
                                + " in "
                                + Provenance.of(k.getClass()).location())
                    .toList();
            problems.add(
                new PluginProblem(
                    id,
                    "is claimed by " + String.join(" and ", claimants) + "; remove all but one",
                    Provenance.UNKNOWN));
          }
        });
    return new KernelRegistry(unique, problems);
  }

  /** Returns the ids of the available kernels, sorted. */
  public List<String> ids() {
    return kernels.keySet().asList();
  }

  /** Returns what was found and is not available, and why. */
  public List<PluginProblem> problems() {
    return problems;
  }

  /**
   * Returns the kernel of that id.
   *
   * @throws EspalierException if there is none
   */
  public TensorKernel find(String id) {
    TensorKernel kernel = kernels.get(id);
    if (kernel == null) {
      throw new EspalierException(LookupMessage.of("kernel", id, ids(), problems));
    }
    return kernel;
  }
}
