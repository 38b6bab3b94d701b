package org.espalier.it;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of exporters and actions as docs/interop.md shows it. */
final class ForeignTable {
  private static final String BEGIN = "<!-- exporters: what ForeignModelsTest ran -->";
  private static final String END = "<!-- end -->";

  private final Map<String, Map<ForeignAction, ForeignCell>> rows = new LinkedHashMap<>();

  /** Records what came of an action; a cell that failed once stays so. */
  void put(String exporter, ForeignAction action, ForeignCell cell) {
    rows.computeIfAbsent(exporter, name -> new LinkedHashMap<>())
        .merge(action, cell, (old, now) -> old.result() == ForeignCell.Result.FAILED ? old : now);
  }

  List<String> failures() {
    List<String> failures = new ArrayList<>();
    rows.forEach(
        (exporter, cells) ->
            cells.forEach(
                (action, cell) -> {
                  if (cell.result() == ForeignCell.Result.FAILED) {
                    failures.add(
                        exporter + ", " + action.title() + ": " + cell.reason().orElseThrow());
                  }
                }));
    return failures;
  }

  /** Returns the table in Markdown, with reasons and limits below it. */
  String markdown() {
    List<String> reasons = new ArrayList<>();
    StringBuilder text = new StringBuilder("| exporter |");
    for (ForeignAction action : ForeignAction.values()) {
      text.append(' ').append(action.title()).append(" |");
    }
    text.append('\n')
        .append("|---|".repeat(1))
        .append("---|".repeat(ForeignAction.values().length));
    rows.forEach(
        (exporter, cells) -> {
          text.append("\n| ").append(exporter).append(" |");
          for (ForeignAction action : ForeignAction.values()) {
            text.append(' ').append(shown(cells.get(action), reasons)).append(" |");
          }
        });
    text.append('\n');
    // Each reason once: exporters share them.
    for (int i = 0; i < reasons.size(); i++) {
      text.append('\n').append(i + 1).append(". ").append(reasons.get(i));
    }
    return text.toString().strip();
  }

  private static String shown(ForeignCell cell, List<String> reasons) {
    if (cell == null) {
      return "–";
    }
    String word =
        switch (cell.result()) {
          case PASS -> "pass";
          case FAILED -> "FAILED";
          case REFUSED -> "refused";
        };
    if (cell.reason().isEmpty() || cell.result() == ForeignCell.Result.FAILED) {
      return word;
    }
    String reason = cell.reason().orElseThrow();
    if (!reasons.contains(reason)) {
      reasons.add(reason);
    }
    return "%s (%d)".formatted(word, reasons.indexOf(reason) + 1);
  }

  /** Returns the table that the documentation states. */
  static String documented() throws IOException {
    String page = Files.readString(Root.resolve("docs/interop.md"));
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END, begin);
    if (begin < 0 || end < 0) {
      throw new AssertionError("docs/interop.md has no table between " + BEGIN + " and " + END);
    }
    return page.substring(begin + BEGIN.length(), end).strip();
  }
}
