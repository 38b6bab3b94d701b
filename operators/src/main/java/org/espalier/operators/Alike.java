package org.espalier.operators;

import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;

/** Whether two models have the same parameters. */
final class Alike {
  private Alike() {}

  /**
   * Checks that the reference has each parameter of the model, in the same shape.
   *
   * @throws EspalierException if not; the message names the first difference
   */
  static void check(ModelSpec model, ModelSpec reference) {
    if (model.blocks() != reference.blocks()) {
      throw different(
          "the model has %d blocks, the reference %d"
              .formatted(model.blocks(), reference.blocks()));
    }
    Map<String, Parameter> others = reference.parametersByName();
    for (Parameter parameter : model.parameters()) {
      Parameter other = others.get(parameter.name());
      if (other == null) {
        throw different("the reference has no '%s'".formatted(parameter.name()));
      }
      if (!other.shape().equals(parameter.shape())) {
        throw different(
            "'%s' is %s in the model and %s in the reference"
                .formatted(parameter.name(), parameter.shape(), other.shape()));
      }
      if (other.dtype().isFloating() != parameter.dtype().isFloating()) {
        throw different(
            "'%s' is %s in the model and %s in the reference"
                .formatted(parameter.name(), parameter.dtype(), other.dtype()));
      }
    }
  }

  private static EspalierException different(String what) {
    return new EspalierException(
        what + "; both must have the same parameters, so grow or coalesce one of them first");
  }
}
