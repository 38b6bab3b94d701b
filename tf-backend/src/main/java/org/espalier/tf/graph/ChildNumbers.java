package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/**
 * Edits the children of an object that holds blocks, or parts of them, under numbered names.
 *
 * <p>New blocks go behind the last old one, as if Python had built the larger model; what stands
 * behind is renumbered.
 */
final class ChildNumbers {
  private final Map<Integer, Integer> blockOf;
  private final int old;
  private final int count;
  private final BiFunction<Integer, Integer, Integer> clone;

  /**
   * Prepares the edit.
   *
   * @param blockOf the block that an object belongs to
   * @param old how many blocks there are
   * @param count how many there shall be
   * @param clone the object that stands in a new block for one of the last block
   */
  ChildNumbers(
      Map<Integer, Integer> blockOf,
      int old,
      int count,
      BiFunction<Integer, Integer, Integer> clone) {
    this.blockOf = blockOf;
    this.old = old;
    this.count = count;
    this.clone = clone;
  }

  /** The children of an object after the change. */
  List<ObjectReference> edit(List<ObjectReference> children) {
    Map<String, List<Integer>> groups = groups(children);
    Set<Integer> grouped = new HashSet<>();
    Map<Integer, String> renamed = new HashMap<>();
    Map<Integer, List<ObjectReference>> behind = new HashMap<>();
    for (Map.Entry<String, List<Integer>> group : groups.entrySet()) {
      if (group.getValue().stream().noneMatch(grouped::contains)) {
        grouped.addAll(group.getValue());
        number(children, group.getKey(), group.getValue(), renamed, behind);
      }
    }
    List<ObjectReference> edited = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < children.size(); i++) {
      ObjectReference child = children.get(i);
      if (block(child) < count) {
        edited.add(named(child.getNodeId(), renamed.getOrDefault(i, child.getLocalName())));
      }
      edited.addAll(behind.getOrDefault(i, List.of()));
    }
    edited.forEach(child -> names.add(child.getLocalName()));
    for (int i = 0; i < children.size(); i++) {
      ObjectReference child = children.get(i);
      for (int block = old; block < count; block++) {
        if (block(child) == old - 1 && !grouped.contains(i)) {
          String name = child.getLocalName() + "_" + block;
          if (names.add(name)) {
            edited.add(named(clone.apply(child.getNodeId(), block), name));
          }
        }
      }
    }
    return edited;
  }

  /**
   * Positions of children by what surrounds their number, where every block has as many; the first
   * may have fewer, as what is shared with the model's beginning is not counted to it.
   */
  private Map<String, List<Integer>> groups(List<ObjectReference> children) {
    Map<String, List<Integer>> all = new LinkedHashMap<>();
    for (int i = 0; i < children.size(); i++) {
      for (NumberedName name : NumberedName.all(children.get(i).getLocalName())) {
        all.computeIfAbsent(name.pattern(), key -> new ArrayList<>()).add(i);
      }
    }
    all.values().removeIf(positions -> !isEven(children, positions));
    // The name's first number is the block's unless another serves more children.
    Map<String, List<Integer>> sorted = new LinkedHashMap<>();
    all.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> -entry.getValue().size()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  private boolean isEven(List<ObjectReference> children, List<Integer> positions) {
    int[] counts = new int[old];
    for (int position : positions) {
      int block = block(children.get(position));
      if (block >= 0) {
        counts[block]++;
      }
    }
    int last = counts[old - 1];
    return counts[0] > 0
        && counts[0] <= last
        && Arrays.stream(counts).skip(1).allMatch(n -> n == last);
  }

  private void number(
      List<ObjectReference> children,
      String pattern,
      List<Integer> positions,
      Map<Integer, String> renamed,
      Map<Integer, List<ObjectReference>> behind) {
    List<Integer> order = new ArrayList<>(positions);
    order.sort(Comparator.comparingInt(i -> numberOf(children.get(i), pattern)));
    int last = -1;
    for (int i = 0; i < order.size(); i++) {
      if (block(children.get(order.get(i))) == old - 1) {
        last = i;
      }
    }
    int next = numberOf(children.get(order.get(0)), pattern);
    for (int i = 0; i < order.size(); i++) {
      ObjectReference child = children.get(order.get(i));
      if (block(child) < count) {
        renamed.put(order.get(i), name(pattern, next++));
      }
      for (int block = old; i == last && block < count; block++) {
        for (int position : order) {
          ObjectReference sibling = children.get(position);
          if (block(sibling) == old - 1) {
            behind
                .computeIfAbsent(order.get(i), key -> new ArrayList<>())
                .add(named(clone.apply(sibling.getNodeId(), block), name(pattern, next++)));
          }
        }
      }
    }
  }

  private int block(ObjectReference child) {
    return blockOf.getOrDefault(child.getNodeId(), -1);
  }

  private static int numberOf(ObjectReference child, String pattern) {
    for (NumberedName name : NumberedName.all(child.getLocalName())) {
      if (name.pattern().equals(pattern)) {
        return name.number();
      }
    }
    return 0;
  }

  private static String name(String pattern, int number) {
    return pattern.replace(BlockMember.BLOCK, Integer.toString(number));
  }

  private static ObjectReference named(int node, String name) {
    return ObjectReference.newBuilder().setNodeId(node).setLocalName(name).build();
  }
}
