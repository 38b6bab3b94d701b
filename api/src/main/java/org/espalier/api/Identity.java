package org.espalier.api;

import java.util.List;

/**
 * The map that changes nothing.
 *
 * @param size size of the axis, before and after
 */
public record Identity(int size) implements AxisMap {
  /** Checks the size. */
  public Identity {
    if (size < 0) {
      throw new IllegalArgumentException("an axis cannot have " + size + " elements");
    }
  }

  @Override
  public int oldSize() {
    return size;
  }

  @Override
  public int newSize() {
    return size;
  }

  @Override
  public List<Entry> row(int i) {
    return List.of(new Entry(i, 1));
  }

  @Override
  public boolean isIdentity() {
    return true;
  }
}
