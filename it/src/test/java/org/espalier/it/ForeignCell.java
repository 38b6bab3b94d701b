package org.espalier.it;

import java.util.Optional;

/**
 * What became of one action on the model of one exporter.
 *
 * @param result pass, refused or failed
 * @param reason why it was refused, how it failed, or what it lacks; empty where nothing is missing
 */
record ForeignCell(Result result, Optional<String> reason) {
  enum Result {
    PASS,
    REFUSED,
    FAILED
  }

  static final ForeignCell PASS = new ForeignCell(Result.PASS, Optional.empty());

  /** It worked, with less than can be wished for. */
  static ForeignCell limited(String limits) {
    return new ForeignCell(Result.PASS, Optional.of(withoutNumbers(limits)));
  }

  static ForeignCell refused(String reason) {
    return new ForeignCell(Result.REFUSED, Optional.of(withoutNumbers(reason)));
  }

  static ForeignCell failed(String how) {
    return new ForeignCell(Result.FAILED, Optional.of(how));
  }

  /** What stands in the table once more is known: the first failure, and what a pass lacks. */
  ForeignCell then(ForeignCell next) {
    return result == Result.FAILED || next.equals(PASS) ? this : next;
  }

  /**
   * Python numbers functions anew in every run, models lie in another folder, and the column tells
   * the operator.
   */
  private static String withoutNumbers(String reason) {
    return reason
        .replaceFirst("^operator '[^']+': ", "")
        .replaceAll("(?<=\\w)_\\d{2,}\\b", "_N")
        .replaceAll("\\S*/(?=[^/\\s]+/model\\b)", "")
        .replaceAll("\\S*/grown\\d+/", "")
        .replaceAll("\\s*\\R\\s*", " ");
  }
}
