package org.espalier.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a user probably meant. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * Returns the known name nearest to {@code asked}, if any is near: fewer edits than a third of
   * the longer name, at least one allowed, case aside.
   *
   * <p>Distance counts inserted, deleted, replaced and swapped neighbouring characters (optimal
   * string alignment). Ties go to the first in the order of {@code known}.
   */
  public static Optional<String> nearest(String asked, Collection<String> known) {
    return known.stream()
        .filter(name -> distance(asked, name) <= allowed(asked, name))
        .min(Comparator.comparingInt(name -> distance(asked, name)));
  }

  /** Returns {@code "; did you mean 'name'?"}, or nothing where no name is near. */
  static String sentence(String asked, Collection<String> known) {
    return nearest(asked, known).map(name -> "; did you mean '" + name + "'?").orElse("");
  }

  private static int allowed(String asked, String name) {
    return Math.max(1, Math.max(asked.length(), name.length()) / 3);
  }

  private static int distance(String first, String second) {
    String a = first.toLowerCase(Locale.ROOT);
    String b = second.toLowerCase(Locale.ROOT);
    // A name this long is a mistake of another kind, and the table below is quadratic.
    if (a.length() > 200 || b.length() > 200) {
      return a.equals(b) ? 0 : Integer.MAX_VALUE;
    }
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        edits[i][j] =
            Math.min(
                edits[i - 1][j - 1] + replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
