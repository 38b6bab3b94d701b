package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Continues a sequence of names by the numbers in them. */
final class Extrapolation {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private Extrapolation() {}

  /**
   * The name {@code steps} after {@code last}, when it follows {@code previous} by numbers alone.
   *
   * <p>{@code a_1/b_2} and {@code a_2/b_3} give {@code a_3/b_4} after one step; equal names stay.
   */
  static Optional<String> next(String previous, String last, int steps) {
    if (!NUMBER.matcher(previous).replaceAll("#").equals(NUMBER.matcher(last).replaceAll("#"))) {
      return Optional.empty();
    }
    List<Long> before = numbers(previous);
    StringBuilder name = new StringBuilder();
    Matcher matcher = NUMBER.matcher(last);
    for (int i = 0; matcher.find(); i++) {
      long number = Long.parseLong(matcher.group());
      long next = number + steps * (number - before.get(i));
      if (next < 0) {
        return Optional.empty();
      }
      matcher.appendReplacement(name, Long.toString(next));
    }
    matcher.appendTail(name);
    return Optional.of(name.toString());
  }

  private static List<Long> numbers(String name) {
    List<Long> numbers = new ArrayList<>();
    Matcher matcher = NUMBER.matcher(name);
    while (matcher.find()) {
      numbers.add(Long.parseLong(matcher.group()));
    }
    return numbers;
  }
}
