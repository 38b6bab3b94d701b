package org.espalier.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a command prints, for programs and for people.
 *
 * @param fields for {@code --json}, made only then; the keys are a contract with scripts
 * @param lines for people
 * @param failure why the command counts as failed although it has an answer
 */
record Answer(Supplier<Map<String, Object>> fields, List<String> lines, Optional<String> failure) {
  /** Copies the list. */
  Answer {
    lines = List.copyOf(lines);
  }

  /** Returns the answer of a command that did what it was asked. */
  static Answer of(Map<String, Object> fields, List<String> lines) {
    return new Answer(() -> fields, lines, Optional.empty());
  }
}
