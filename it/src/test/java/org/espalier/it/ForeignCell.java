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

  /** Python numbers functions anew in every run, and models lie in another folder. */
  private static String withoutNumbers(String reason) {
    return reason
        .replaceAll("(?<=\\w)_\\d{2,}\\b", "_N")
        .replaceAll("\\S*/(?=[^/\\s]+/model\\b)", "")
        .replaceAll("\\S*/grown\\d+/", "")
        .replaceAll("\\s*\\R\\s*", " ");
  }
}
