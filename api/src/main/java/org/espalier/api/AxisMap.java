package org.espalier.api;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How the axis of a next tensor is made from the axis of an old one: a matrix of {@code newSize}
 * rows and {@code oldSize} columns.
 *
 * <p>Element {@code i} of the new axis is the sum of {@code weight · old[index]} over the entries
 * of row {@code i}. Implementations are immutable.
 */
public sealed interface AxisMap permits Identity, Selection, SparseMatrix {

  /**
   * One non-zero element of a row.
   *
   * @param index the element of the old axis
   * @param weight its factor
   */
  record Entry(int index, double weight) {}

  /** Returns the size of the old axis. */
  int oldSize();

  /** Returns the size of the new axis. */
  int newSize();

  /** Returns the non-zero elements of row {@code i}, sorted by index; empty for a row of zeros. */
  List<Entry> row(int i);

  /** Returns whether every new element is the old element at the same place. */
  default boolean isIdentity() {
    if (oldSize() != newSize()) {
      return false;
    }
    for (int i = 0; i < newSize(); i++) {
      List<Entry> row = row(i);
      if (row.size() != 1 || row.get(0).index() != i || row.get(0).weight() != 1) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether every new element is one old element, unchanged. */
  default boolean isSelection() {
    for (int i = 0; i < newSize(); i++) {
      List<Entry> row = row(i);
      if (row.size() != 1 || row.get(0).weight() != 1) {
        return false;
      }
    }
    return true;
  }

  /** Returns the map with rows and columns exchanged. */
  default AxisMap transpose() {
    List<List<Entry>> rows = new ArrayList<>();
    for (int i = 0; i < oldSize(); i++) {
      rows.add(new ArrayList<>());
    }
    for (int i = 0; i < newSize(); i++) {
      for (Entry entry : row(i)) {
        rows.get(entry.index()).add(new Entry(i, entry.weight()));
      }
    }
    return AxisMaps.simplest(newSize(), rows);
  }

  /** Returns the map with each row divided by its sum; rows that sum to 0 stay. */
  default AxisMap rowNormalised() {
    List<List<Entry>> rows = new ArrayList<>();
    for (int i = 0; i < newSize(); i++) {
      double sum = row(i).stream().mapToDouble(Entry::weight).sum();
      double divisor = sum == 0 ? 1 : sum;
      rows.add(row(i).stream().map(e -> new Entry(e.index(), e.weight() / divisor)).toList());
    }
    return AxisMaps.simplest(oldSize(), rows);
  }

  /**
   * Returns the map that applies this one first and {@code next} to its result: the matrix product
   * next · this.
   *
   * @throws IllegalArgumentException if {@code next} takes an axis of another size
   */
  default AxisMap then(AxisMap next) {
    if (next.oldSize() != newSize()) {
      throw new IllegalArgumentException(
          "the first map makes %d elements, the next takes %d"
              .formatted(newSize(), next.oldSize()));
    }
    if (next.isIdentity()) {
      return this;
    }
    if (isIdentity()) {
      return next;
    }
    List<List<Entry>> rows = new ArrayList<>();
    for (int i = 0; i < next.newSize(); i++) {
      TreeMap<Integer, Double> sums = new TreeMap<>();
      for (Entry outer : next.row(i)) {
        for (Entry inner : row(outer.index())) {
          sums.merge(inner.index(), outer.weight() * inner.weight(), Double::sum);
        }
      }
      rows.add(sums.entrySet().stream().map(e -> new Entry(e.getKey(), e.getValue())).toList());
    }
    return AxisMaps.simplest(oldSize(), rows);
  }

  /**
   * Returns the map of an axis on which each element of this one's axis is {@code inner} elements
   * in a row: the Kronecker product with the identity.
   */
  default AxisMap repeatedInner(int inner) {
    return kronecker(identity(inner));
  }

  /**
   * Returns the map of an axis that is the product of this one's axis, outermost, and {@code
   * inner}'s: the Kronecker product of both.
   */
  default AxisMap kronecker(AxisMap inner) {
    return AxisMaps.kronecker(this, inner);
  }

  /**
   * Returns the map of the axis on which the axes of {@code parts} follow each other: the
   * block-diagonal matrix of them.
   */
  static AxisMap directSum(List<AxisMap> parts) {
    return AxisMaps.directSum(parts);
  }

  /** Returns the map that changes nothing on an axis of {@code size}. */
  static AxisMap identity(int size) {
    return new Identity(size);
  }

  /** Returns the map whose new element {@code i} is the old element {@code sources.get(i)}. */
  static AxisMap selection(int oldSize, List<Integer> sources) {
    return new Selection(oldSize, sources);
  }

  /** Returns the map whose new element {@code i} is the mean of the old elements of group i. */
  static AxisMap groupMean(int oldSize, List<List<Integer>> groups) {
    return new SparseMatrix(
        oldSize,
        groups.stream()
            .map(
                group ->
                    group.stream()
                        .sorted()
                        .map(index -> new Entry(index, 1.0 / group.size()))
                        .toList())
            .toList());
  }

  /** Returns the map that repeats the whole old axis {@code times} times. */
  static AxisMap tile(int oldSize, int times) {
    return new Selection(
        oldSize,
        IntStream.range(0, Math.multiplyExact(oldSize, times)).mapToObj(i -> i % oldSize).toList());
  }

  /** Returns the map that keeps the old axis and appends zeros up to {@code newSize}. */
  static AxisMap pad(int oldSize, int newSize) {
    if (newSize < oldSize) {
      throw new IllegalArgumentException(
          "cannot pad an axis of " + oldSize + " to " + newSize + " elements");
    }
    return new SparseMatrix(
        oldSize,
        IntStream.range(0, newSize)
            .mapToObj(i -> i < oldSize ? List.of(new Entry(i, 1)) : List.<Entry>of())
            .toList());
  }

  /** Returns the map with the given rows. */
  static AxisMap matrix(int oldSize, List<List<Entry>> rows) {
    return new SparseMatrix(oldSize, rows);
  }
}
