package org.espalier.it.mutants;

import com.google.gson.Gson;

/**
 * What came of a mutant.
 *
 * @param verdict how it ended
 * @param detail the error, or what is wrong
 * @param millis wall time
 * @param megabytes the largest resident memory of the process, or 0 where the system does not tell
 */
record Outcome(Verdict verdict, String detail, long millis, long megabytes) {
  static Outcome fail(String detail) {
    return new Outcome(Verdict.FAIL, detail, 0, 0);
  }

  static Outcome parse(String json) {
    return new Gson().fromJson(json, Outcome.class);
  }

  String toJson() {
    return new Gson().toJson(this);
  }
}
