package org.espalier.api;

/** What becomes of the optimizer's slots (moments and step counts) when a model grows. */
public enum SlotPolicy {
  /** All slots start at zero and all step counts at 0. */
  RESET,
  /** Slots are made by the rules of their parameters, and step counts are kept. */
  COPY,
  /**
   * Moments are what they would have been had the next model been trained all along; step counts
   * are kept. Only for widths with NᵀM = I and equal shares of the residual stream; refused
   * otherwise.
   */
  SCALED
}
