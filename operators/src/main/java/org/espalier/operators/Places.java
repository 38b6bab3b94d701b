package org.espalier.operators;

import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.HostTensor;
import org.espalier.api.Parameter;
import org.espalier.api.SeededRandom;

/** Draws places without replacement, and tells of places as a grid of zeros and ones. */
final class Places {
  private Places() {}

  /**
   * Adds {@code count} places to {@code chosen}, uniformly of those that {@code free} holds for, by
   * the first steps of Fisher and Yates's shuffle.
   */
  static void draw(BitSet chosen, int places, IntPredicate free, int count, SeededRandom random) {
    int[] candidates = IntStream.range(0, places).filter(free).toArray();
    if (count > candidates.length) {
      throw new EspalierException(
          "%d blocks cannot be placed, only %d places are free"
              .formatted(count, candidates.length));
    }
    for (int i = 0; i < count; i++) {
      int j = i + random.below(i, candidates.length - i);
      int place = candidates[j];
      candidates[j] = candidates[i];
      chosen.set(place);
    }
  }

  static HostTensor grid(Parameter target, BitSet chosen) {
    double[] grid = new double[Math.toIntExact(target.elements())];
    chosen.stream().forEach(i -> grid[i] = 1);
    return HostTensor.of(DType.BOOL, target.shape(), grid);
  }
}
