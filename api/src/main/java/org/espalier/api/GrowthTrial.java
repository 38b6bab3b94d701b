package org.espalier.api;

import java.util.List;
import java.util.function.Function;

/**
 * Grows and runs real models, so that a test can see whether a claim holds: offered by a backend,
 * found by {@link java.util.ServiceLoader}.
 *
 * <p>Authors of operators never implement it. Thread-safe.
 */
public interface GrowthTrial {
  /** Returns small models that it can build, of each family. */
  List<ModelRequest> models();

  /**
   * Builds a model, grows it, runs both on the same input, and returns the largest difference of a
   * logit, in standard deviations of the logits. Kernels are those on the class or module path.
   *
   * @param request one of {@link #models}
   * @param seed of the weights and of the input
   * @param growth makes the plan for the spec of the model that was built
   * @throws EspalierException if this model cannot be grown so
   */
  double difference(ModelRequest request, long seed, Function<ModelSpec, GrowthPlan> growth);
}
