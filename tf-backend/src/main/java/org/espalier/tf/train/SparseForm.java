package org.espalier.tf.train;

import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.MaskSpec;

/**
 * Says which sparse kernels a step computes by their blocks in use.
 *
 * <p>For each row of activations, a product by blocks of b × b takes 2·in·out·density operations,
 * and reads and writes some multiple of in·out·density/b numbers to pick blocks of activations and
 * to add products up. Memory, not arithmetic, is what it waits for, so density/b decides.
 */
final class SparseForm {
  /** Below, a block's product is too small for its kernel. */
  private static final int SMALLEST_BLOCK = 16;

  /** Measured: at a density of a 150th of the block's size, the whole kernel takes as long. */
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
