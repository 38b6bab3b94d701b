package org.espalier.it;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of exporters and actions as a reader of docs/interop.md sees it.
 *
 * @param table in Markdown: a row for each exporter, then the footnotes
 */
record ForeignPage(String table) {
  private static final String BEGIN = "<!-- exporters: what ForeignModelsTest ran -->";
  private static final String END = "<!-- end -->";
  private static final Pattern FOOTNOTE = Pattern.compile("([0-9]+)\\. (.*)");
  private static final Pattern CELL = Pattern.compile("(\\S+) \\(([0-9]+)\\)");

  /** Returns the table that the documentation states. */
  static ForeignPage documented() throws IOException {
    String page = Files.readString(Root.resolve("docs/interop.md"));
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END, begin);
    if (begin < 0 || end < 0) {
      throw new AssertionError("docs/interop.md has no table between " + BEGIN + " and " + END);
    }
    return new ForeignPage(page.substring(begin + BEGIN.length(), end).strip());
  }

  /** Returns the cells of each exporter; the footnote stands in the place of its number. */
  Map<String, List<String>> rows() {
    Map<String, String> footnotes = new HashMap<>();
    table
        .lines()
        .map(FOOTNOTE::matcher)
        .filter(Matcher::matches)
        .forEach(note -> footnotes.put(note.group(1), note.group(2)));
    Map<String, List<String>> rows = new LinkedHashMap<>();
    table
        .lines()
        .filter(line -> line.startsWith("| "))
        .skip(1)
        .forEach(
            line -> {
              List<String> cells = new ArrayList<>();
              Arrays.stream(line.split("\\|", -1))
                  .map(String::strip)
                  .filter(cell -> !cell.isEmpty())
                  .forEach(cell -> cells.add(withFootnote(cell, footnotes)));
              rows.put(cells.remove(0), cells);
            });
    return rows;
  }

  private static String withFootnote(String cell, Map<String, String> footnotes) {
    Matcher matcher = CELL.matcher(cell);
    return matcher.matches() ? matcher.group(1) + ": " + footnotes.get(matcher.group(2)) : cell;
  }
}
