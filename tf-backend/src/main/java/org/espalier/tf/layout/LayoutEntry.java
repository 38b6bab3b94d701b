package org.espalier.tf.layout;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.api.Axis;
import org.espalier.api.Parameter;

/**
 * A line of a layout: which parameters it is about and what they are for.
 *
 * @param name the end of the parameter's name, from a slash on; {@code {block}} stands for the
 *     block's number and {@code *} for any one part
 * @param role what the parameter is for
 * @param axes what its axes run over
 * @param required whether the layout is about none but models that have the parameter
 * @param pattern {@code name} as an expression
 */
record LayoutEntry(String name, String role, List<Axis> axes, boolean required, Pattern pattern) {
  /** Nine digits fit an int. */
  private static final String NUMBER = "(?<block>0|[1-9][0-9]{0,8})";

  /** Copies the axes. */
  LayoutEntry {
    axes = List.copyOf(axes);
  }

  static LayoutEntry of(String name, String role, List<Axis> axes, boolean required) {
    StringBuilder expression = new StringBuilder("(?:.*/)?");
    String[] parts = name.split("(?<=\\*)|(?=\\*)|(?<=\\{block\\})|(?=\\{block\\})", -1);
    for (String part : parts) {
      if (part.equals("*")) {
        expression.append("[^/]+");
      } else if (part.equals(Parameter.BLOCK)) {
        expression.append(NUMBER);
      } else {
        expression.append(Pattern.quote(part));
      }
    }
    return new LayoutEntry(name, role, axes, required, Pattern.compile(expression.toString()));
  }

  boolean inBlocks() {
    return name.contains(Parameter.BLOCK);
  }

  /** The number of the block in a name that this line is about, or outside; empty for others. */
  OptionalInt block(String parameter) {
    Matcher matcher = pattern.matcher(parameter);
    if (!matcher.matches()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(
        inBlocks() ? Integer.parseInt(matcher.group("block")) : Parameter.OUTSIDE);
  }
}
