package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name taken apart at one of the numbers in it: {@code layer/} 3 {@code /kernel}.
 *
 * @param prefix what stands before the number
 * @param number the number
 * @param suffix what stands behind
 */
record NumberedName(String prefix, int number, String suffix) {
  /** Nine digits fit an int; a longer number is no index. */
  private static final Pattern NUMBER = Pattern.compile("(?<![0-9])(0|[1-9][0-9]{0,8})(?![0-9])");

  static List<NumberedName> all(String name) {
    List<NumberedName> found = new ArrayList<>();
    Matcher matcher = NUMBER.matcher(name);
    while (matcher.find()) {
      found.add(
          new NumberedName(
              name.substring(0, matcher.start()),
              Integer.parseInt(matcher.group()),
              name.substring(matcher.end())));
    }
    return found;
  }

  /** The name with {@code {block}} for the number. */
  String pattern() {
    return prefix + BlockMember.BLOCK + suffix;
  }
}
