package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/**
 * Finds the objects without variables that stand among those of the blocks in a numbered list.
 *
 * <p>Keras numbers additions and inputs like layers, and restores by that number; so a new block
 * brings as many of them as the last. Which of two neighbouring blocks such an object serves the
 * list does not tell; it is taken to be the one whose last layer follows, and as one is like
 * another, that gives the list that Python makes.
 */
final class SiblingsWithoutVariables {
  private final DraftObjects objects;
  private final Map<Integer, Integer> blockOf;
  private final int blocks;
  private final Map<Integer, Integer> found = new HashMap<>();

  /**
   * Searches the lists.
   *
   * @param blockOf the block of each object that leads to variables of one block
   * @param blocks how many blocks there are; at least two
   */
  SiblingsWithoutVariables(DraftObjects objects, Map<Integer, Integer> blockOf, int blocks) {
    this.objects = objects;
    this.blockOf = blockOf;
    this.blocks = blocks;
    for (int node = 0; node < objects.size(); node++) {
      if (!blockOf.containsKey(node)) {
        lists(objects.node(node).getChildrenList()).forEach(this::search);
      }
    }
  }

  /** The block of each object that was found. */
  Map<Integer, Integer> blockOf() {
    return Map.copyOf(found);
  }

  private static List<List<Integer>> lists(List<ObjectReference> children) {
    Map<String, TreeMap<Integer, Integer>> lists = new HashMap<>();
    for (ObjectReference child : children) {
      for (NumberedName name : NumberedName.all(child.getLocalName())) {
        lists
            .computeIfAbsent(name.pattern(), key -> new TreeMap<>())
            .put(name.number(), child.getNodeId());
      }
    }
    List<List<Integer>> ordered = new ArrayList<>();
    lists.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(list -> ordered.add(List.copyOf(list.getValue().values())));
    return ordered;
  }

  private void search(List<Integer> list) {
    int[] ends = ends(list);
    if (ends.length == 0) {
      return;
    }
    // What else stands in or before the first block is of the model's beginning as likely as not;
    // and the first block is never copied nor removed while there are others.
    List<String> last = shapes(list, ends[blocks - 2], ends[blocks - 1]);
    for (int block = 1; block < blocks; block++) {
      if (!shapes(list, ends[block - 1], ends[block]).equals(last)) {
        return;
      }
    }
    Map<Integer, Integer> siblings = new HashMap<>();
    for (int block = 1; block < blocks; block++) {
      for (int i = ends[block - 1] + 1; i <= ends[block]; i++) {
        if (!blockOf.containsKey(list.get(i))) {
          siblings.put(list.get(i), block);
        }
      }
    }
    if (siblings.entrySet().stream()
        .allMatch(
            sibling ->
                found.getOrDefault(sibling.getKey(), sibling.getValue()).equals(sibling.getValue())
                    && isWithoutVariables(sibling.getKey()))) {
      found.putAll(siblings);
    }
  }

  /** The position of each block's last object; none where the blocks are not in order. */
  private int[] ends(List<Integer> list) {
    int[] ends = new int[blocks];
    int[] none = {};
    int current = -1;
    for (int i = 0; i < list.size(); i++) {
      int block = blockOf.getOrDefault(list.get(i), current);
      if (block < current || block > current + 1) {
        return none;
      }
      current = block;
      if (blockOf.containsKey(list.get(i))) {
        ends[block] = i;
      }
    }
    return current == blocks - 1 ? ends : none;
  }

  /** What the objects from one position, exclusive, to another, inclusive, look like. */
  private List<String> shapes(List<Integer> list, int from, int to) {
    List<String> shapes = new ArrayList<>();
    for (int node : list.subList(from + 1, to + 1)) {
      StringBuilder shape = new StringBuilder();
      objects.node(node).getChildrenList().stream()
          .map(ObjectReference::getLocalName)
          .sorted()
          .forEach(name -> shape.append(name).append(' '));
      shapes.add(shape.append(blockOf.containsKey(node)).toString());
    }
    return shapes;
  }

  private boolean isWithoutVariables(int start) {
    Set<Integer> reached = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      int id = open.remove();
      SavedObject.Builder node = objects.node(id);
      if (!node.hasUserObject()) {
        return false;
      }
      if (reached.add(id)) {
        node.getChildrenList().forEach(child -> open.add(child.getNodeId()));
      }
    }
    return true;
  }
}
