package org.espalier.operators;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.espalier.api.EspalierException;

/**
 * Which elements of a dimension, or which blocks, belong together: a partition of the finer side.
 *
 * <p>Written as
 *
 * <ul>
 *   <li>{@code keep}: each is its own group, so nothing changes.
 *   <li>{@code adjacent} or {@code adjacent:K}: neighbours, K at a time; 2 where K is left out.
 *   <li>{@code halves} or {@code halves:K}: element i with the elements i + w, i + 2w, …, of w
 *       groups of K.
 *   <li>{@code [[0,1],[2,3,4]]}: the groups themselves, of any sizes; {@code 0..3} stands for 0, 1,
 *       2, 3.
 * </ul>
 *
 * @param text as written
 */
record Groups(String text) {
  private static final Pattern REGULAR = Pattern.compile("(adjacent|halves)(?::(\\d{1,6}))?");
  private static final Pattern LISTS =
      Pattern.compile("\\[\\s*\\[[0-9.,\\s]*](\\s*,\\s*\\[[0-9.,\\s]*])*\\s*]");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:\\.\\.(\\d{1,9}))?");
  private static final String KEEP = "keep";

  /**
   * Returns the groups that an option says.
   *
   * @throws IllegalArgumentException if it says none; the message names the option
   */
  static Groups parse(String option, String text) {
    String plain = text.strip();
    // A list of lists from code or YAML may come without its outer brackets.
    if (plain.startsWith("[") && !plain.startsWith("[[") && !plain.matches("\\[\\s+\\[.*")) {
      plain = "[" + plain + "]";
    }
    Matcher regular = REGULAR.matcher(plain);
    boolean size = !regular.matches() || regular.group(2) == null || sizeOf(regular) >= 2;
    if (!size || !(plain.equals(KEEP) || regular.matches() || LISTS.matcher(plain).matches())) {
      throw new IllegalArgumentException(
          "%s is '%s', must be keep, adjacent, adjacent:K, halves, halves:K with K of at least 2, or groups such as [[0,1],[2,3]]"
              .formatted(option, text));
    }
    Groups groups = new Groups(plain);
    if (LISTS.matcher(plain).matches()) {
      groups.check(option, groups.lists(option));
    }
    return groups;
  }

  boolean keeps() {
    return text.equals(KEEP);
  }

  /**
   * Returns the groups of {@code fine} elements.
   *
   * @throws EspalierException if they cannot be grouped so
   */
  List<List<Integer>> of(String option, int fine) {
    Matcher regular = REGULAR.matcher(text);
    if (keeps()) {
      return IntStream.range(0, fine).mapToObj(List::of).toList();
    }
    if (!regular.matches()) {
      List<List<Integer>> groups = lists(option);
      int count = groups.stream().mapToInt(List::size).sum();
      if (count != fine) {
        throw new EspalierException(
            "%s groups %d elements, but the model has %d; each must be in exactly one group"
                .formatted(option, count, fine));
      }
      return groups;
    }
    int size = sizeOf(regular);
    if (fine % size != 0) {
      throw new EspalierException(
          "%s is '%s', but the model has %d, which %d does not divide; give the groups, such as [[0,1],[2]], or keep"
              .formatted(option, text, fine, size));
    }
    return regular(regular.group(1), fine / size, size);
  }

  /**
   * Returns the groups that {@code coarse} elements are spread over.
   *
   * @throws EspalierException if they are for another number
   */
  List<List<Integer>> over(String option, int coarse) {
    Matcher regular = REGULAR.matcher(text);
    if (keeps()) {
      return of(option, coarse);
    }
    if (regular.matches()) {
      if ((long) coarse * sizeOf(regular) > Integer.MAX_VALUE) {
        throw new EspalierException(
            "%s is '%s', which makes too many elements of %d".formatted(option, text, coarse));
      }
      return regular(regular.group(1), coarse, sizeOf(regular));
    }
    List<List<Integer>> groups = lists(option);
    if (groups.size() != coarse) {
      throw new EspalierException(
          "%s holds %d groups, but the model has %d; give one group for each"
              .formatted(option, groups.size(), coarse));
    }
    return groups;
  }

  private static int sizeOf(Matcher regular) {
    return regular.group(2) == null ? 2 : Integer.parseInt(regular.group(2));
  }

  private static List<List<Integer>> regular(String kind, int count, int size) {
    boolean adjacent = kind.equals("adjacent");
    return IntStream.range(0, count)
        .mapToObj(
            group ->
                IntStream.range(0, size)
                    .mapToObj(k -> adjacent ? group * size + k : group + k * count)
                    .toList())
        .toList();
  }

  private List<List<Integer>> lists(String option) {
    String inner = text.substring(1, text.length() - 1).strip();
    return Arrays.stream(inner.substring(1, inner.length() - 1).split("]\\s*,\\s*\\[", -1))
        .map(group -> numbers(option, group))
        .toList();
  }

  private static List<Integer> numbers(String option, String group) {
    List<Integer> numbers = new ArrayList<>();
    for (String item : group.split(",", -1)) {
      Matcher range = RANGE.matcher(item.strip());
      if (!range.matches()) {
        throw new IllegalArgumentException(
            "%s has the group [%s], which must hold numbers or ranges such as 0..3"
                .formatted(option, group));
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first || last - first > 10_000_000) {
        throw new IllegalArgumentException(
            "%s has the range %s, which must go up".formatted(option, item.strip()));
      }
      IntStream.rangeClosed(first, last).forEach(numbers::add);
    }
    return List.copyOf(numbers);
  }

  /** Checks that each of 0, 1, … is in one group. */
  private void check(String option, List<List<Integer>> groups) {
    int count = groups.stream().mapToInt(List::size).sum();
    boolean[] seen = new boolean[count];
    for (List<Integer> group : groups) {
      for (int element : group) {
        if (element >= count || seen[element]) {
          throw new IllegalArgumentException(
              "%s groups %d elements, so each of 0 to %d must be in exactly one group, but %d %s"
                  .formatted(
                      option,
                      count,
                      count - 1,
                      element,
                      element >= count ? "is beyond them" : "is in two"));
        }
        seen[element] = true;
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
