package org.espalier.api;

/** The level of the SPI, which rises when a plugin must change. */
public final class Spi {
  /**
   * The level of this API.
   *
   * <p>A compile-time constant: a plugin carries the level that it was compiled against.
   */
  public static final int VERSION = 1;

  private Spi() {}
}
