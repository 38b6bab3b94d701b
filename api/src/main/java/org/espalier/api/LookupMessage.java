package org.espalier.api;

import java.util.List;

/** Says why a plugin was not found, in full. */
final class LookupMessage {
  private LookupMessage() {}

  static String of(String kind, String id, List<String> available, List<PluginProblem> problems) {
    StringBuilder message = new StringBuilder("No " + kind + " '" + id + "'.");
    Suggestion.nearest(id, available)
        .ifPresent(name -> message.append(" Did you mean '").append(name).append("'?"));
    message
        .append("\n  Available (%d): ".formatted(available.size()))
        .append(available.isEmpty() ? "none" : String.join(", ", available));
    if (!problems.isEmpty()) {
      message.append("\n  Not loaded (%d):".formatted(problems.size()));
      for (PluginProblem problem : problems) {
        message.append(problems.size() == 1 ? " " : "\n    ").append(problem);
      }
    }
    return message
        .append("\n  To add one, put its jar on the class path, or in a folder that you name with")
        .append(" --plugins; see docs/spi.md#registration")
        .toString();
  }
}
