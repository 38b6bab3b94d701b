package org.espalier.operators;

import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;

/** Checks shared by the operators that add blocks. */
final class Target {
  private Target() {}

  static void checkExactlyOne(
      String first, OptionalInt firstValue, String second, OptionalInt secondValue) {
    if (firstValue.isPresent() == secondValue.isPresent()) {
      throw new IllegalArgumentException(
          "give either %s or %s, %s"
              .formatted(first, second, firstValue.isPresent() ? "not both" : "one is needed"));
    }
  }

  static void checkAtLeast(String name, OptionalInt value, int least) {
    if (value.isPresent() && value.getAsInt() < least) {
      throw new IllegalArgumentException(
          "%s is %d, must be at least %d".formatted(name, value.getAsInt(), least));
    }
  }

  static void checkHasBlocks(ModelSpec model) {
    if (model.blocks() == 0) {
      throw new EspalierException("the model has no blocks to copy");
    }
  }
}
