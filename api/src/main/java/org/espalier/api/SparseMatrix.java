package org.espalier.api;

import java.util.List;

/**
 * Any map, by the non-zero elements of its rows.
 *
 * @param oldSize size of the old axis
 * @param rows for each new element its old elements and their factors, sorted by index
 */
public record SparseMatrix(int oldSize, List<List<Entry>> rows) implements AxisMap {
  /** Copies and checks the rows. */
  public SparseMatrix {
    rows = rows.stream().map(List::copyOf).toList();
    for (List<Entry> row : rows) {
      int last = -1;
      for (Entry entry : row) {
        if (entry.index() <= last || entry.index() >= oldSize) {
          throw new IllegalArgumentException(
              "index %d of a row is out of order or outside the old axis of %d elements"
                  .formatted(entry.index(), oldSize));
        }
        if (!Double.isFinite(entry.weight())) {
          throw new IllegalArgumentException("weight " + entry.weight() + " is not finite");
        }
        last = entry.index();
      }
    }
  }

  @Override
  public int newSize() {
    return rows.size();
  }

  @Override
  public List<Entry> row(int i) {
    return rows.get(i);
  }
}
