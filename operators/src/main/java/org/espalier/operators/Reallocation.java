package org.espalier.operators;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.api.HostTensor;
import org.espalier.api.Parameter;
import org.espalier.api.SeededRandom;
import org.espalier.api.TensorKernel;

/**
 * Makes the next mask: takes the blocks with the smallest Σ|w| out of use and puts as many where
 * there was none before.
 *
 * <p>Sources are the kernel and its mask. Of equal scores the earlier block goes first. The new
 * places are drawn by the seed, the kernel's name and the number of the update.
 */
@AutoService(TensorKernel.class)
public final class Reallocation implements TensorKernel {
  static final String ID = "sparse-reallocate";
  static final String MOVED = "moved";
  static final String UPDATE = "update";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public HostTensor compute(
      Parameter target, List<HostTensor> sources, Map<String, String> options, long seed) {
    if (sources.size() != 2 || sources.get(1).elements() != target.elements()) {
      throw new EspalierException(
          "kernel '%s' takes a kernel and its mask of shape %s, but got %s"
              .formatted(ID, target.shape(), sources));
    }
    HostTensor mask = sources.get(1);
    int moved = KernelOptions.count(ID, options, MOVED);
    int places = mask.elements();
    BitSet next = new BitSet(places);
    for (int i = 0; i < places; i++) {
      next.set(i, mask.at(i) != 0);
    }
    BitSet before = (BitSet) next.clone();
    prune(next, scores(target, sources.get(0)), moved);
    SeededRandom random =
        SeededRandom.of(seed).stream(ID).stream(target.name()).stream(
            KernelOptions.count(ID, options, UPDATE));
    Places.draw(next, places, place -> !before.get(place), moved, random);
    return Places.grid(target, next);
  }

  /** Returns Σ|w| of each block of the grid, added up row by row. */
  static double[] scores(Parameter target, HostTensor kernel) {
    long blocks = target.elements();
    int block = (int) Math.round(Math.sqrt((double) kernel.elements() / (double) blocks));
    if (blocks * block * block != kernel.elements()) {
      throw new EspalierException(
          "kernel '%s': a mask of shape %s has no square blocks for %d elements"
              .formatted(ID, target.shape(), kernel.elements()));
    }
    int columns = Math.toIntExact(target.shape().get(1) * block);
    double[] scores = new double[(int) blocks];
    int gridColumns = columns / block;
    for (int i = 0; i < kernel.elements(); i++) {
      scores[i / columns / block * gridColumns + i % columns / block] += Math.abs(kernel.at(i));
    }
    return scores;
  }

  /** Takes out the {@code count} blocks with the smallest scores, the first of equal ones. */
  private static void prune(BitSet active, double[] scores, int count) {
    if (count == 0) {
      return;
    }
    double[] sorted = active.stream().mapToDouble(i -> scores[i]).toArray();
    if (count > sorted.length) {
      throw new EspalierException(
          "kernel '%s': %d blocks cannot be moved, only %d are in use"
              .formatted(ID, count, sorted.length));
    }
    Arrays.sort(sorted);
    double threshold = sorted[count - 1];
    int[] before = active.stream().toArray();
    int left = count;
    for (int i : before) {
      if (scores[i] < threshold) {
        active.clear(i);
        left--;
      }
    }
    for (int i : before) {
      if (left > 0 && scores[i] == threshold) {
        active.clear(i);
        left--;
      }
    }
  }
}
