package org.espalier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lays out rows in columns; columns that hold only numbers are aligned to the right.
 *
 * <p>Not thread-safe.
 */
final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** Starts a table with the given heads of columns. */
  Table(String... heads) {
    rows.add(List.of(heads));
  }

  /** Adds a row, of as many cells as there are heads; null is an empty cell. */
  Table row(Object... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + rows.get(0).size() + " columns");
    }
    rows.add(IntStream.range(0, cells.length).mapToObj(i -> text(cells[i])).toList());
    return this;
  }

  /** Returns the lines of the table, the heads first, without a line break. */
  List<String> lines() {
    int columns = rows.get(0).size();
    int[] widths =
        IntStream.range(0, columns)
            .map(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toArray();
    boolean[] numbers = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      int column = c;
      numbers[c] =
          rows.size() > 1
              && rows.stream()
                  .skip(1)
                  .map(row -> row.get(column))
                  .allMatch(cell -> cell.isEmpty() || isNumber(cell));
    }
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, columns)
                    .mapToObj(c -> pad(row.get(c), widths[c], numbers[c]))
                    .collect(Collectors.joining(GAP))
                    .stripTrailing())
        .toList();
  }

  private static String text(Object cell) {
    return cell == null ? "" : cell.toString();
  }

  private static boolean isNumber(String cell) {
    char first = cell.charAt(0);
    return Character.isDigit(first) || (first == '-' && cell.length() > 1);
  }

  private static String pad(String cell, int width, boolean right) {
    String spaces = " ".repeat(width - cell.length());
    return right ? spaces + cell : cell + spaces;
  }
}
