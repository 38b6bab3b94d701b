package org.espalier.tf.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which variables are the repeated blocks of a model.
 *
 * @param blocks how many blocks there are, at least one
 * @param members the variables of a block, each with one object-graph node per block
 * @param places the place of each block variable, by object-graph node
 */
public record BlockStructure(int blocks, List<BlockMember> members, Map<Integer, Place> places) {

  /**
   * The place of a variable.
   *
   * @param block the block's number, from 0
   * @param member the position in {@link BlockStructure#members()}
   */
  public record Place(int block, int member) {}

  /** Copies the collections. */
  public BlockStructure {
    members = List.copyOf(members);
    places = Map.copyOf(places);
  }

  static BlockStructure of(int blocks, List<BlockMember> members) {
    Map<Integer, Place> places = new HashMap<>();
    for (int m = 0; m < members.size(); m++) {
      for (int block = 0; block < blocks; block++) {
        places.put(members.get(m).nodes().get(block), new Place(block, m));
      }
    }
    return new BlockStructure(blocks, members, places);
  }

  /** The place of a variable, or empty when it is outside of the blocks. */
  public Optional<Place> place(int node) {
    return Optional.ofNullable(places.get(node));
  }
}
