package org.espalier.tf.train;

import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.MaskSpec;

/**
 * Says which sparse kernels a step computes by their blocks in use.
 *
 * <p>What a product by blocks costs beside its multiplications, picking blocks of activations and
 * adding up, grows with the density and falls with the size of a block; the figures in
 * docs/schedules.md are of kernels on both sides of the rule.
 */
final class SparseForm {
  /** Below, a block's product is too small for its kernel. */
  private static final int SMALLEST_BLOCK = 16;

  /** At a density of one part in so many, for each row of a block, both forms still differ. */
  private static final double BLOCK_PER_DENSITY = 150;

  private SparseForm() {}

  /** Returns those of {@code masks} whose kernels are computed by blocks. */
  static Map<String, MaskSpec> of(Map<String, MaskSpec> masks, DeviceSettings device) {
    Map<String, MaskSpec> chosen = new TreeMap<>(masks);
    chosen.values().removeIf(spec -> !device.device().equals("cpu") || !pays(spec));
    return chosen;
  }

  /** Whether a step is faster with a kernel of this form by blocks than with the whole of it. */
  static boolean pays(MaskSpec spec) {
    return spec.block() >= SMALLEST_BLOCK && BLOCK_PER_DENSITY * spec.density() <= spec.block();
  }
}
