package org.espalier.tf.train;

import java.util.List;
import java.util.Map;
import org.espalier.api.Mask;

/**
 * What a step would cost if products with sparse kernels took no time for zeros: the count of the
 * dense step less, for each sparse kernel, the share of zeros of its products, in the forward pass
 * and, of a trained kernel, twice more in the backward pass (Dietrich et al., arXiv 2108.06277).
 * Products that are made of blocks in use alone are counted without zeros anyway.
 */
final class DensityScaledFlops {
  private DensityScaledFlops() {}

  /**
   * Counts one step.
   *
   * @param masks of the model, by parameter
   */
  static double of(Trainer trainer, Map<String, Mask> masks) {
    List<String> trained = trainer.trained().stream().map(ModelVariable::name).toList();
    double flops = (double) trainer.flops().total();
    for (Map.Entry<String, Mask> entry : masks.entrySet()) {
      int products = trained.contains(entry.getKey()) ? 3 : 1;
      double zeros = 1 - entry.getValue().spec().density();
      flops -= products * zeros * (double) trainer.products(entry.getKey());
    }
    return flops;
  }
}
