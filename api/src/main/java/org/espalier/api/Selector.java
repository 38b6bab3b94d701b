package org.espalier.api;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses parameters by block, role or name.
 *
 * <p>Written as {@code all}, {@code blocks=9..11}, {@code blocks=3}, {@code blocks=-3..} (the last
 * three), {@code blocks} (any block), {@code new} (the blocks that the growth before the stage
 * added), {@code role=attention.query} (that role and those below it) or {@code name=encoder/*}
 * ({@code *} stands for any text).
 *
 * @param text the expression
 */
public record Selector(String text) {
  private static final Pattern RANGE = Pattern.compile("(-?\\d{1,9})(?:(\\.\\.)(-?\\d{1,9})?)?");

  /** Chooses every parameter. */
  public static final Selector ALL = new Selector("all");

  /** Checks the expression. */
  public Selector {
    boolean legal =
        text.equals("all")
            || text.equals("blocks")
            || text.equals("new")
            || (text.startsWith("blocks=") && RANGE.matcher(value(text)).matches())
            || (text.startsWith("role=") && !value(text).isEmpty())
            || (text.startsWith("name=") && !value(text).isEmpty());
    if (!legal) {
      throw new IllegalArgumentException(
          "'%s' selects no parameters; write all, blocks, blocks=FROM..TO, new, role=ROLE or name=GLOB"
              .formatted(text));
    }
    Matcher range = RANGE.matcher(value(text));
    if (text.startsWith("blocks=") && range.matches() && range.group(3) != null) {
      int from = Integer.parseInt(range.group(1));
      int to = Integer.parseInt(range.group(3));
      if ((from < 0) == (to < 0) && from > to) {
        throw new IllegalArgumentException("'" + text + "' ends before it starts");
      }
    }
  }

  /** Chooses the parameters of blocks that the growth before a stage added. */
  public static final Selector NEW = new Selector("new");

  /**
   * Returns whether {@code parameter} of a model of {@code blocks} blocks, none of them new, is
   * chosen.
   */
  public boolean matches(Parameter parameter, int blocks) {
    return matches(parameter, blocks, Set.of());
  }

  /**
   * Returns whether {@code parameter} of a model of {@code blocks} blocks is chosen.
   *
   * @param newBlocks the blocks that {@link #NEW} chooses
   */
  public boolean matches(Parameter parameter, int blocks, Set<Integer> newBlocks) {
    String kind = text.contains("=") ? text.substring(0, text.indexOf('=')) : text;
    return switch (kind.toLowerCase(Locale.ROOT)) {
      case "all" -> true;
      case "new" -> parameter.inBlocks() && newBlocks.contains(parameter.block());
      case "role" -> Roles.matches(parameter.role(), value(text));
      case "name" -> glob(value(text)).matcher(parameter.name()).matches();
      default ->
          parameter.inBlocks() && (text.equals("blocks") || inRange(parameter.block(), blocks));
    };
  }

  private boolean inRange(int block, int blocks) {
    Matcher range = RANGE.matcher(value(text));
    if (!range.matches()) {
      throw new AssertionError(text);
    }
    int first = index(range.group(1), blocks);
    int last = first;
    if (range.group(2) != null) {
      last = range.group(3) == null ? blocks - 1 : index(range.group(3), blocks);
    }
    return block >= first && block <= last;
  }

  private static int index(String number, int blocks) {
    int index = Integer.parseInt(number);
    return index < 0 ? blocks + index : index;
  }

  private static Pattern glob(String glob) {
    return Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
  }

  private static String value(String text) {
    return text.substring(text.indexOf('=') + 1);
  }

  @Override
  public String toString() {
    return text;
  }
}
