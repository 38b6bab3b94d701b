package org.espalier.api;

import java.util.Map;

/**
 * The form of a mask, without its pattern: a grid of square blocks over a kernel, and how many of
 * them are in use.
 *
 * <p>The kernel is seen as a matrix, its axes of one side as rows and those of the other as
 * columns, both in row-major order.
 *
 * @param rows rows of the matrix
 * @param columns columns of the matrix
 * @param block rows and columns of a block; divides both
 * @param active blocks in use
 */
public record MaskSpec(long rows, long columns, int block, int active) {

  /** Checks that the blocks fit. */
  public MaskSpec {
    if (rows < 1 || columns < 1 || block < 1 || rows % block != 0 || columns % block != 0) {
      throw new IllegalArgumentException(
          "blocks of %d x %d do not divide a matrix of %d x %d"
              .formatted(block, block, rows, columns));
    }
    boolean overflows = rows > Long.MAX_VALUE / columns;
    long blocks = overflows ? Long.MAX_VALUE : (rows / block) * (columns / block);
    if (blocks > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a matrix of %d x %d has too many blocks of %d".formatted(rows, columns, block));
    }
    if (active < 0 || active > blocks) {
      throw new IllegalArgumentException(
          "%d blocks of %d cannot be in use".formatted(active, blocks));
    }
  }

  /**
   * Returns the form of a full mask over a kernel.
   *
   * <p>A kernel of two axes is a matrix as it is. One of more is a matrix where its axes change
   * from {@code IN} to {@code OUT}, or back, once. A concatenation, such as a fused kernel, must be
   * divided piece by piece.
   *
   * @param sizes of the dimensions that the axes name
   * @throws EspalierException if the kernel is no matrix or the blocks do not divide it
   */
  public static MaskSpec of(Parameter kernel, int block, Map<String, Integer> sizes) {
    return MatrixView.of(kernel).mask(kernel, block, sizes);
  }

  /** Returns how many blocks the grid has. */
  public int blocks() {
    return Math.toIntExact((rows / block) * (columns / block));
  }

  /** Returns how many blocks stand beside each other. */
  public int blockColumns() {
    return Math.toIntExact(columns / block);
  }

  /** Returns the number of elements of the kernel. */
  public long elements() {
    return rows * columns;
  }

  /** Returns the share of the kernel that is in use, from 0 to 1. */
  public double density() {
    return (double) active / (double) blocks();
  }

  /** Returns this form with another number of blocks in use. */
  public MaskSpec withActive(int count) {
    return new MaskSpec(rows, columns, block, count);
  }

  /** Returns the block that a kernel's element, counted in row-major order, belongs to. */
  public int blockOf(long element) {
    return Math.toIntExact(
        (element / columns / block) * (columns / block) + (element % columns) / block);
  }
}
