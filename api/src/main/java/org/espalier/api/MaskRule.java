package org.espalier.api;

/**
 * How the mask of one parameter of the next model is made.
 *
 * <p>A mask that a kernel makes is applied to the parameter, which must be a copy: elements that
 * the next mask, or the mask of the parameter that was copied, leaves out become zero, and so do
 * those of the slots. All others keep their bits.
 *
 * @param spec the form of the mask
 * @param rule the {@link TensorRule.Copy} of another parameter's mask, or a {@link
 *     TensorRule.Compute} that makes the grid of zeros and ones, {@code BOOL [rows / block, columns
 *     / block]}; it may take masks ({@link TensorSource.FromMask}) and parameters
 */
public record MaskRule(MaskSpec spec, TensorRule rule) {
  /** Checks the kind of rule. */
  public MaskRule {
    boolean copied =
        rule instanceof TensorRule.Copy copy && copy.source() instanceof TensorSource.FromMask;
    if (!copied && !(rule instanceof TensorRule.Compute)) {
      throw new IllegalArgumentException("a mask is copied from a mask or computed, not " + rule);
    }
  }

  /** Returns the rule that copies the mask of a parameter of the growing model. */
  public static MaskRule copy(String parameter, MaskSpec spec) {
    return new MaskRule(spec, new TensorRule.Copy(new TensorSource.FromMask(parameter)));
  }

  /** Returns whether a kernel makes the mask. */
  public boolean isComputed() {
    return rule instanceof TensorRule.Compute;
  }
}
