package org.espalier.api;

import java.util.List;
import java.util.Map;

/**
 * One trainable or non-trainable tensor of a model, without its values.
 *
 * @param pattern the object path with {@value #BLOCK} where the block's number stands, such as
 *     {@code encoder/layer/{block}/attention/query/kernel}; for a parameter outside the blocks the
 *     path itself
 * @param block the block it belongs to, counted from 0, or {@link #OUTSIDE}
 * @param role what it does, such as {@code attention.query.kernel}; see {@link Roles}
 * @param dtype element type
 * @param shape size of each axis
 * @param axes what each axis runs over, as many as {@code shape} has entries
 * @param trainable whether an optimizer may change it
 */
public record Parameter(
    String pattern,
    int block,
    String role,
    DType dtype,
    List<Long> shape,
    List<Axis> axes,
    boolean trainable) {

  /** Stands for the block's number in {@link #pattern}. */
  public static final String BLOCK = "{block}";

  /** The block number of parameters that belong to no block. */
  public static final int OUTSIDE = -1;

  /** Copies the lists and checks that they fit each other. */
  public Parameter {
    shape = List.copyOf(shape);
    axes = List.copyOf(axes);
    if (pattern.isBlank()) {
      throw new IllegalArgumentException("a parameter needs a name");
    }
    if (block < OUTSIDE) {
      throw new IllegalArgumentException("block " + block + " of '" + pattern + "' is negative");
    }
    if ((block != OUTSIDE) != pattern.contains(BLOCK)) {
      throw new IllegalArgumentException(
          "'" + pattern + "' must hold " + BLOCK + " exactly when it belongs to a block");
    }
    if (shape.size() != axes.size()) {
      throw new IllegalArgumentException(
          "'" + pattern + "' has " + shape.size() + " sizes but " + axes.size() + " axes");
    }
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("'" + pattern + "' has the size " + size);
      }
    }
    try {
      Math.multiplyExact(product(shape), dtype.bytes());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "'" + pattern + "' of shape " + shape + " has more bytes than can be counted", e);
    }
  }

  /** Returns the object path, with the block's number filled in. */
  public String name() {
    return nameIn(block);
  }

  /** Returns the object path that this parameter's sibling in {@code otherBlock} has. */
  public String nameIn(int otherBlock) {
    return block == OUTSIDE ? pattern : pattern.replace(BLOCK, Integer.toString(otherBlock));
  }

  /** Returns the sibling of this parameter in {@code otherBlock}. */
  public Parameter inBlock(int otherBlock) {
    return new Parameter(pattern, otherBlock, role, dtype, shape, axes, trainable);
  }

  /** Returns this parameter with another shape. */
  public Parameter withShape(List<Long> newShape) {
    return new Parameter(pattern, block, role, dtype, newShape, axes, trainable);
  }

  /** Returns whether this parameter belongs to a block. */
  public boolean inBlocks() {
    return block != OUTSIDE;
  }

  /** Returns the number of elements. */
  public long elements() {
    return product(shape);
  }

  private static long product(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Returns the size in bytes. */
  public long bytes() {
    return Math.multiplyExact(elements(), dtype.bytes());
  }

  /**
   * Returns the map of each axis of this parameter by the general linear rule: {@code IN} axes
   * share, all others copy.
   *
   * <p>For operators whose own rules depart from it: a pair may take other maps than the plan's.
   *
   * @param sizes of all dimensions of the model that this parameter is of
   * @param widths how dimensions grow; those that are left out stay
   * @throws IllegalArgumentException if a pair is for another size
   */
  public List<AxisMap> linearMaps(Map<String, Integer> sizes, Map<String, WidthPair> widths) {
    widths.forEach(
        (dimension, pair) -> {
          Integer size = sizes.get(dimension);
          if (size == null || pair.copies().oldSize() != size) {
            throw new IllegalArgumentException(
                "the maps of '%s' take %d elements, the model has %s"
                    .formatted(dimension, pair.copies().oldSize(), size == null ? "none" : size));
          }
        });
    return AxisMaps.linear(this, sizes, widths);
  }
}
