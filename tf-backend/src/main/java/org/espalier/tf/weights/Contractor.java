package org.espalier.tf.weights;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Computes any range of a contraction from the source elements that the range needs.
 *
 * <pre>
 * new[i, j, …] = Σ_a M1[i, a] · ( Σ_b M2[j, b] · ( … old[a, b, …] ) )
 * </pre>
 *
 * <p>Sums nest with the first axis outermost, each in the order of its row, as in the reference
 * executor, so that results are equal bit for bit. Each slice of the source is read once for all
 * rows of the range that take it. For one thread.
 */
final class Contractor {
  private final List<CompiledAxis> axes;
  private final ElementCursor source;

  /** Elements of the old and new tensor in one step of each axis. */
  private final long[] oldInner;

  private final long[] newInner;
  private final double[][] scratch;

  Contractor(List<CompiledAxis> axes, ElementCursor source) {
    this.axes = axes;
    this.source = source;
    this.oldInner = new long[axes.size()];
    this.newInner = new long[axes.size()];
    this.scratch = new double[axes.size()][0];
    long oldSize = 1;
    long newSize = 1;
    for (int axis = axes.size() - 1; axis >= 0; axis--) {
      oldInner[axis] = oldSize;
      newInner[axis] = newSize;
      oldSize *= axes.get(axis).oldSize();
      newSize *= axes.get(axis).newSize();
    }
  }

  /** Puts new elements {@code from} to {@code to}, the latter excluded, at the start of result. */
  void compute(long from, long to, double[] result) throws IOException {
    contract(0, 0, from, to, result, 0);
  }

  /** Computes a range of the part of the new tensor that one index into each outer axis leaves. */
  private void contract(int axis, long old, long from, long to, double[] result, int at)
      throws IOException {
    if (axis == axes.size() - 1) {
      contractLast(axes.get(axis), old, from, to, result, at);
      return;
    }
    long inner = newInner[axis];
    long firstRow = from / inner;
    long lastRow = (to - 1) / inner;
    if (firstRow != lastRow && inner > to - from) {
      // Two rows share the range: apart, each can do with a part of every slice.
      long boundary = lastRow * inner;
      contract(axis, old, from, boundary, result, at);
      contract(axis, old, boundary, to, result, at + (int) (boundary - from));
      return;
    }
    if (axes.get(axis).isIdentity()) {
      for (long row = firstRow; row <= lastRow; row++) {
        long start = Math.max(from, row * inner);
        long end = Math.min(to, (row + 1) * inner);
        contract(
            axis + 1,
            old + row * oldInner[axis],
            start - row * inner,
            end - row * inner,
            result,
            at + (int) (start - from));
      }
      return;
    }
    CompiledAxis map = axes.get(axis);
    for (long row = firstRow; row <= lastRow; row++) {
      if (map.first(row) == map.first(row + 1)) {
        int start = at + (int) (Math.max(from, row * inner) - from);
        Arrays.fill(result, start, at + (int) (Math.min(to, (row + 1) * inner) - from), 0);
      }
    }
    long[] entries = map.bySource(firstRow, lastRow);
    for (int next = 0; next < entries.length; ) {
      int end = next;
      while (end < entries.length && entries[end] >>> 32 == entries[next] >>> 32) {
        end++;
      }
      addSlice(axis, old, from, to, result, at, Arrays.copyOfRange(entries, next, end));
      next = end;
    }
  }

  /** Adds one old slice, weighted, to every row that takes it. */
  private void addSlice(
      int axis, long old, long from, long to, double[] result, int at, long[] entries)
      throws IOException {
    CompiledAxis map = axes.get(axis);
    long inner = newInner[axis];
    long firstRow = from / inner;
    long lastRow = (to - 1) / inner;
    boolean single = firstRow == lastRow;
    // Only a range within one row can do with a part of the slice.
    long start = single ? from - firstRow * inner : 0;
    long end = single ? to - firstRow * inner : inner;
    double[] slice = scratch(axis, (int) (end - start));
    long index = entries[0] >>> 32;
    int copied = -1;
    double copiedWeight = 0;
    contract(axis + 1, old + index * oldInner[axis], start, end, slice, 0);
    for (long packed : entries) {
      int entry = (int) packed;
      long row = map.row(entry, firstRow, lastRow);
      double weight = map.weight(entry);
      long rowStart = Math.max(from, row * inner + start);
      long rowEnd = Math.min(to, row * inner + end);
      int into = at + (int) (rowStart - from);
      int out = (int) (rowStart - row * inner - start);
      int count = (int) (rowEnd - rowStart);
      if (entry != map.first(row)) {
        addTo(result, into, slice, out, weight, count);
      } else if (copied >= 0 && weight == copiedWeight && count == end - start) {
        System.arraycopy(result, copied, result, into, count);
      } else {
        set(result, into, slice, out, weight, count);
        copied = count == end - start ? into : -1;
        copiedWeight = weight;
      }
    }
  }

  /** The first entry of a row: its sum starts at 0, which makes 0 of -0. */
  private static void set(
      double[] result, int into, double[] slice, int out, double weight, int count) {
    for (int k = 0; k < count; k++) {
      result[into + k] = 0.0 + weight * slice[out + k];
    }
  }

  private static void addTo(
      double[] result, int into, double[] slice, int out, double weight, int count) {
    for (int k = 0; k < count; k++) {
      result[into + k] += weight * slice[out + k];
    }
  }

  private void contractLast(CompiledAxis map, long old, long from, long to, double[] result, int at)
      throws IOException {
    if (map.isIdentity()) {
      source.read(old + from, result, at, (int) (to - from));
      return;
    }
    int least = map.least((int) from, (int) to);
    int greatest = map.greatest((int) from, (int) to);
    double[] row = new double[0];
    if (greatest >= 0) {
      row = scratch(axes.size() - 1, greatest - least + 1);
      source.read(old + least, row, 0, greatest - least + 1);
    }
    map.contract((int) from, (int) to, row, least, result, at);
  }

  private double[] scratch(int axis, int size) {
    if (scratch[axis].length < size) {
      scratch[axis] = new double[size];
    }
    return scratch[axis];
  }
}
