package org.espalier.api;

/** What becomes of the optimizer's slots (moments and step counts) when a model grows. */
public enum SlotPolicy {
  /** All slots start at zero and all step counts at 0. */
  RESET,
  /** Slots are made by the rules of their parameters, and step counts are kept. */
  COPY
}
