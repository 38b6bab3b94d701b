package org.espalier.tf.graph;

import java.util.List;

/**
 * The object-graph nodes of the variables of all blocks, old and new, while a model is rewritten.
 *
 * @param blocks for each block of the next model, the node of each member
 */
record NewVariables(List<List<Integer>> blocks) {
  int node(int block, int member) {
    return blocks.get(block).get(member);
  }

  int count() {
    return blocks.size();
  }
}
