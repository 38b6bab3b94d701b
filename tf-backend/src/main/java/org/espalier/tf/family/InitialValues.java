package org.espalier.tf.family;

import java.nio.ByteBuffer;
import org.espalier.api.DType;
import org.espalier.api.Initializer;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.espalier.api.SeededRandom;

/**
 * The first values of a model's variables, each a pure function of seed, object path and position.
 *
 * <p>So any part of any variable may be drawn by any thread. Sources: BERT, {@code modeling.py},
 * and DeiT, {@code models.py}, truncated normal of 0.02; GPT-2, section 2.3, normal of 0.02 and
 * projections back to the residual stream scaled by 1/√N for N residual layers, two in each block.
 * Biases and offsets are 0, scales 1.
 */
public final class InitialValues {
  private static final double DEVIATION = 0.02;

  private final SeededRandom random;

  /** Creates the values of {@code seed}. */
  public InitialValues(long seed) {
    random = SeededRandom.of(seed);
  }

  static Initializer initializer(FamilyOptions options, Parameter parameter) {
    String role = parameter.role();
    if (role.endsWith(".scale")) {
      return new Initializer.Constant(1);
    }
    if (role.endsWith(".offset") || role.endsWith(".bias")) {
      return Initializer.zeros();
    }
    if (options.family() != Family.GPT) {
      return new Initializer.TruncatedNormal(0, DEVIATION);
    }
    boolean residual =
        role.equals(Roles.ATTENTION_OUTPUT_KERNEL) || role.equals(Roles.FFN_OUTPUT_KERNEL);
    double deviation = residual ? DEVIATION / Math.sqrt(2.0 * options.sizes().blocks()) : DEVIATION;
    return new Initializer.Normal(0, deviation);
  }

  /**
   * Fills what remains of {@code target} with a variable's bytes from {@code offset} on.
   *
   * @param offset a multiple of the size of an element, in bytes
   * @param target little-endian; whole elements remain
   */
  public void fill(FamilyVariable variable, long offset, ByteBuffer target) {
    DType dtype = variable.parameter().dtype();
    SeededRandom stream = random.stream(variable.path());
    Initializer initializer = variable.initializer();
    for (long index = offset / dtype.bytes(); target.hasRemaining(); index++) {
      double value = stream.draw(initializer, index);
      if (dtype == DType.FLOAT64) {
        target.putDouble(value);
      } else {
        target.putFloat((float) value);
      }
    }
  }
}
