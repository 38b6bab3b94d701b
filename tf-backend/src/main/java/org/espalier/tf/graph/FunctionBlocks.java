package org.espalier.tf.graph;

import java.util.BitSet;

/** Which blocks a function touches. */
final class FunctionBlocks {
  private FunctionBlocks() {}

  static BitSet of(SurveyedFunction function, BlockStructure structure) {
    BitSet blocks = new BitSet();
    for (int node : function.captures()) {
      structure.place(node).ifPresent(place -> blocks.set(place.block()));
    }
    return blocks;
  }
}
