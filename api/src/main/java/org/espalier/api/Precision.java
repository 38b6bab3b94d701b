package org.espalier.api;

/** The types that a training step computes in. Variables, slots and exported models keep theirs. */
public enum Precision {
  /** The model's own throughout. */
  FULL,
  /**
   * Products of matrices and what lies between them in bfloat16; variables, updates, norms,
   * residual sums that no product reads, and the loss in float32 (Kalamkar et al., arXiv
   * 1905.12322). For float32 models.
   */
  MIXED_BFLOAT16
}
