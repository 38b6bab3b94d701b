package org.espalier.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What one axis of a parameter runs over: a concatenation of products of dimensions, and a side.
 *
 * <p>A fused query-key-value kernel of shape {@code [residual, 3·heads·head_size]} has the axes
 * {@code IN residual} and {@code OUT heads·head_size + heads·head_size + heads·head_size}. An axis
 * without segments is opaque: its size is fixed and no width growth may touch it.
 *
 * @param side which side of the parameter's linear map the axis is on
 * @param segments the concatenated pieces; empty for an opaque axis
 */
public record Axis(Side side, List<Segment> segments) {

  /** The side of a linear map that an axis is on. */
  public enum Side {
    /** Contracted with the layer's input: growth shares its weight among copies. */
    IN,
    /** Makes the layer's output: growth copies it. */
    OUT,
    /** Not part of a linear map between grown dimensions. */
    NEITHER
  }

  /**
   * One piece of an axis: the product of dimensions, outermost first.
   *
   * @param dimensions names of dimensions; not empty
   */
  public record Segment(List<String> dimensions) {
    /** Copies and checks the names. */
    public Segment {
      dimensions = List.copyOf(dimensions);
      if (dimensions.isEmpty()) {
        throw new IllegalArgumentException("a segment needs at least one dimension");
      }
    }

    long size(Map<String, Integer> sizes) {
      long size = 1;
      for (String dimension : dimensions) {
        Integer found = sizes.get(dimension);
        if (found == null) {
          throw new IllegalArgumentException(
              "unknown dimension '" + dimension + "'; the model has " + sizes.keySet());
        }
        size = Math.multiplyExact(size, found);
      }
      return size;
    }

    @Override
    public String toString() {
      return String.join("·", dimensions);
    }
  }

  /** Copies the segments. */
  public Axis {
    segments = List.copyOf(segments);
  }

  /** Returns an axis over the product of {@code dimensions}. */
  public static Axis of(Side side, String... dimensions) {
    return new Axis(side, List.of(new Segment(List.of(dimensions))));
  }

  /** Returns an {@code IN} axis over the product of {@code dimensions}. */
  public static Axis in(String... dimensions) {
    return of(Side.IN, dimensions);
  }

  /** Returns an {@code OUT} axis over the product of {@code dimensions}. */
  public static Axis out(String... dimensions) {
    return of(Side.OUT, dimensions);
  }

  /** Returns an axis over {@code dimensions} that belongs to neither side. */
  public static Axis neither(String... dimensions) {
    return of(Side.NEITHER, dimensions);
  }

  /** Returns an axis of fixed size that names no dimension. */
  public static Axis opaque() {
    return new Axis(Side.NEITHER, List.of());
  }

  /** Returns this axis repeated {@code times} in a row, as in a fused kernel. */
  public Axis repeated(int times) {
    List<Segment> all = new ArrayList<>();
    for (Segment segment : segments) {
      all.addAll(Collections.nCopies(times, segment));
    }
    return new Axis(side, all);
  }

  /** Returns whether this axis names no dimension. */
  public boolean isOpaque() {
    return segments.isEmpty();
  }

  /**
   * Returns the number of elements along this axis.
   *
   * @throws IllegalArgumentException if a dimension has no size in {@code sizes}
   * @throws IllegalStateException if the axis is opaque
   */
  public long size(Map<String, Integer> sizes) {
    if (isOpaque()) {
      throw new IllegalStateException("an opaque axis has the size of its parameter");
    }
    return segments.stream().mapToLong(segment -> segment.size(sizes)).sum();
  }

  @Override
  public String toString() {
    if (isOpaque()) {
      return "opaque";
    }
    String joined = String.join(" + ", segments.stream().map(Segment::toString).toList());
    return side == Side.NEITHER ? joined : side + " " + joined;
  }
}
