package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;

/** Gathers the norms of single gradients by block. */
final class BlockGradients {
  private final int[] blocks;
  private final int count;

  BlockGradients(ModelSpec spec, List<ModelVariable> trained) {
    Map<String, Parameter> parameters = spec.parametersByName();
    this.blocks = trained.stream().mapToInt(v -> parameters.get(v.name()).block()).toArray();
    this.count = spec.blocks();
  }

  /**
   * Returns the norm of the gradients of each block; not a number for a block without trained
   * parameters.
   *
   * @param squares of each trained parameter, the square of its gradient's norm
   */
  List<Double> norms(List<Double> squares) {
    double[] sums = new double[count];
    Arrays.fill(sums, Double.NaN);
    for (int i = 0; i < blocks.length; i++) {
      if (blocks[i] != Parameter.OUTSIDE) {
        double before = sums[blocks[i]];
        sums[blocks[i]] = squares.get(i) + (Double.isNaN(before) ? 0 : before);
      }
    }
    List<Double> norms = new ArrayList<>();
    for (double sum : sums) {
      norms.add(Math.sqrt(sum));
    }
    return norms;
  }
}
