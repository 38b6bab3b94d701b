package org.espalier.it;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of each action on each exporter's model. Safe for use by several threads. */
final class ForeignTable {
  private final Map<String, Map<ForeignAction, ForeignCell>> rows = new LinkedHashMap<>();

  /** Creates a table without cells whose rows are in the order given. */
  ForeignTable(List<String> exporters) {
    exporters.forEach(name -> rows.put(name, new EnumMap<>(ForeignAction.class)));
  }

  /** Records what came of an action; a cell that failed once stays so. */
  synchronized void put(String exporter, ForeignAction action, ForeignCell cell) {
    rows.get(exporter).merge(action, cell, ForeignCell::then);
  }

  /** Returns what failed and how, a line each. */
  synchronized List<String> failures() {
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
  synchronized String markdown() {
    List<String> reasons = new ArrayList<>();
    StringBuilder text = new StringBuilder("| exporter |");
    for (ForeignAction action : ForeignAction.values()) {
      text.append(' ').append(action.title()).append(" |");
    }
    text.append("\n|---|").append("---|".repeat(ForeignAction.values().length));
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
}
