package org.espalier.plugins.lemon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.espalier.api.BlockMap;
import org.espalier.api.EspalierException;
import org.espalier.api.Initializer;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.espalier.api.TensorRule;

/**
 * Which block each block of the next model is made of, and which are new.
 *
 * <p>Of L blocks that become L', the first 2L − L' stay alone and each of the others is followed by
 * a new one, made of the block above.
 *
 * @param old number of blocks before
 * @param sources the old block of each
 * @param added the new ones
 */
record Depth(int old, List<Integer> sources, List<Integer> added) {

  static Depth of(ModelSpec model, OptionalInt wanted) {
    int old = model.blocks();
    int count = wanted.orElse(old);
    if (count < old || count > 2 * old) {
      throw new EspalierException(
          "blocks is %d, must be from %d, as many as the model has, to twice as many, %d"
              .formatted(count, old, 2 * old));
    }
    List<Integer> sources = new ArrayList<>();
    List<Integer> added = new ArrayList<>();
    for (int block = 0; block < old; block++) {
      sources.add(block);
      if (block >= 2 * old - count) {
        added.add(sources.size());
        sources.add(Math.min(block + 1, old - 1));
      }
    }
    return new Depth(old, List.copyOf(sources), List.copyOf(added));
  }

  boolean grows() {
    return !added.isEmpty();
  }

  BlockMap map() {
    return BlockMap.of(old, sources);
  }

  /** Returns the rules that make the projections of new blocks back to the stream zero. */
  Map<String, TensorRule> silenced(ModelSpec model) {
    Map<String, TensorRule> rules = new LinkedHashMap<>();
    for (Parameter parameter : model.parametersOf(0)) {
      if (Roles.matches(parameter.role(), "attention.output")
          || Roles.matches(parameter.role(), "ffn.output")) {
        for (int block : added) {
          rules.put(parameter.nameIn(block), new TensorRule.Fill(Initializer.zeros(), 0));
        }
      }
    }
    if (grows() && rules.isEmpty()) {
      throw new EspalierException(
          "The projections back to the stream are not known in this model, so no block can be"
              + " added");
    }
    return rules;
  }
}
