package org.espalier.it.mutants;

import com.google.gson.Gson;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/**
 * One damaged model, told by a few numbers.
 *
 * @param number which of the run it is
 * @param seed of the run
 * @param kind what is done to it
 * @param base the name of the model that it is made from
 */
record Mutant(int number, long seed, Kind kind, String base) {
  private static final List<Kind> KINDS = List.copyOf(EnumSet.allOf(Kind.class));

  /** Returns mutant {@code number} of a run: kinds and models take turns. */
  static Mutant of(int number, long seed) {
    Kind kind = KINDS.get(number % KINDS.size());
    List<String> bases = kind.bases();
    return new Mutant(number, seed, kind, bases.get(number / KINDS.size() % bases.size()));
  }

  static Mutant parse(String json) {
    return new Gson().fromJson(json, Mutant.class);
  }

  String toJson() {
    return new Gson().toJson(this);
  }

  /** Returns the source of this mutant's choices. */
  Random random() {
    return new Random(seed * 1_000_003 + number);
  }
}
