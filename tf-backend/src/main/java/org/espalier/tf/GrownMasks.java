package org.espalier.tf;

import java.util.Map;
import org.espalier.api.GrowthPlan;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Mask;
import org.espalier.api.MaskExecutor;
import org.espalier.tf.weights.SourceTensors;

/**
 * The masks of a model that grows.
 *
 * @param next those of the next model, by parameter
 * @param kept for each parameter whose mask was computed, which of its elements, and of its slots,
 *     are kept
 */
record GrownMasks(Map<String, Mask> next, Map<String, Mask> kept) {

  static GrownMasks of(
      Model model, SourceTensors tensors, GrowthPlan plan, KernelRegistry kernels) {
    Map<String, Mask> next = new MaskExecutor(kernels).masks(plan, tensors::read, model.masks());
    return new GrownMasks(next, MaskExecutor.kept(plan, next, model.masks()));
  }
}
