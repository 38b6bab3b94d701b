package org.espalier.api;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Which blocks of a kernel are in use; what is not in use is zero, in the kernel and in its slots.
 *
 * <p>Immutable.
 */
public final class Mask {
  private final MaskSpec spec;
  // Bit i of word i / 64 is block i.
  private final long[] words;

  private Mask(MaskSpec spec, long[] words) {
    this.spec = spec;
    this.words = words;
    int active = Arrays.stream(words).mapToInt(Long::bitCount).sum();
    if (active != spec.active()) {
      throw new IllegalArgumentException(
          "a mask has %d blocks in use, where %d are expected".formatted(active, spec.active()));
    }
  }

  /**
   * Returns the mask in which the blocks that {@code active} holds for are in use.
   *
   * @param grid its rows, columns and block; the number in use is counted anew
   */
  public static Mask of(MaskSpec grid, IntPredicate active) {
    int blocks = grid.blocks();
    long[] words = new long[wordsFor(blocks)];
    int count = 0;
    for (int i = 0; i < blocks; i++) {
      if (active.test(i)) {
        words[i >> 6] |= 1L << i;
        count++;
      }
    }
    return new Mask(grid.withActive(count), words);
  }

  /**
   * Returns the mask of a grid of zeros and ones.
   *
   * @throws EspalierException if it has another shape or other numbers, or not as many in use as
   *     {@code spec} says
   */
  public static Mask of(MaskSpec spec, HostTensor grid) {
    List<Long> shape = gridShape(spec);
    if (grid.dtype() != DType.BOOL || !grid.shape().equals(shape)) {
      throw new EspalierException(
          "a mask must be %s %s, but is %s".formatted(DType.BOOL, shape, grid));
    }
    Mask mask = of(spec, i -> isSet(grid.at(i)));
    if (mask.spec.active() != spec.active()) {
      throw new EspalierException(
          "a mask must have %d of %d blocks in use, but has %d"
              .formatted(spec.active(), spec.blocks(), mask.spec.active()));
    }
    return mask;
  }

  private static boolean isSet(double element) {
    if (element != 0 && element != 1) {
      throw new EspalierException("a mask must hold 0 and 1, but holds " + element);
    }
    return element == 1;
  }

  /**
   * Returns the mask of bits, block i in bit i mod 64 of word i / 64.
   *
   * @throws IllegalArgumentException if there are more or fewer words, or not as many bits are set
   *     as {@code spec} says
   */
  public static Mask ofWords(MaskSpec spec, long... words) {
    int blocks = spec.blocks();
    boolean beyond =
        words.length == wordsFor(blocks)
            && (blocks & 63) != 0
            && words[words.length - 1] >>> blocks != 0;
    if (words.length != wordsFor(blocks) || beyond) {
      throw new IllegalArgumentException(
          "%d blocks do not fill %d words".formatted(blocks, words.length));
    }
    return new Mask(spec, words.clone());
  }

  private static int wordsFor(int blocks) {
    return (blocks + 63) >>> 6;
  }

  /** Returns its form. */
  public MaskSpec spec() {
    return spec;
  }

  /** Returns whether a block, counted in row-major order, is in use. */
  public boolean isActive(int block) {
    return (words[block >> 6] >>> block & 1) != 0;
  }

  /** Returns whether an element of the kernel, counted in row-major order, is in use. */
  public boolean keeps(long element) {
    return isActive(spec.blockOf(element));
  }

  /** Returns the bits, block i in bit i mod 64 of word i / 64. */
  public long[] words() {
    return words.clone();
  }

  /** Returns the blocks that are in use in both. */
  public Mask and(Mask other) {
    if (!spec.withActive(0).equals(other.spec.withActive(0))) {
      throw new IllegalArgumentException("masks of %s and %s".formatted(spec, other.spec));
    }
    return of(spec, i -> isActive(i) && other.isActive(i));
  }

  /** Returns the grid of zeros and ones, of type {@code BOOL}. */
  public HostTensor toTensor() {
    double[] grid = new double[spec.blocks()];
    Arrays.setAll(grid, i -> isActive(i) ? 1 : 0);
    return HostTensor.of(DType.BOOL, gridShape(spec), grid);
  }

  /** Returns {@code tensor} with zeros where this mask does not keep. */
  public HostTensor applyTo(HostTensor tensor) {
    double[] values = tensor.values();
    if (values.length != spec.elements()) {
      throw new IllegalArgumentException("a mask of " + spec + " for " + tensor);
    }
    for (int i = 0; i < values.length; i++) {
      if (!keeps(i)) {
        values[i] = 0;
      }
    }
    return HostTensor.of(tensor.dtype(), tensor.shape(), values);
  }

  /** Returns the shape of a mask's grid. */
  static List<Long> gridShape(MaskSpec spec) {
    return List.of(spec.rows() / spec.block(), spec.columns() / spec.block());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask that && spec.equals(that.spec) && Arrays.equals(words, that.words);
  }

  @Override
  public int hashCode() {
    return 31 * spec.hashCode() + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return "%d of %d blocks of %d x %d"
        .formatted(spec.active(), spec.blocks(), spec.block(), spec.block());
  }
}
