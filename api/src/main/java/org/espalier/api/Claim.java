package org.espalier.api;

/** What a plan claims of the next model; claims are checked, not believed. */
public enum Claim {
  /** The next model computes the same function, up to rounding. */
  FUNCTION_PRESERVING
}
