package org.espalier.tf.graph;

import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;

/**
 * Groups variables by names that differ in one number alone.
 *
 * <p>A family is a prefix such as {@code encoder/layer/} whose numbers follow each other and whose
 * variables have the same suffixes, dtypes and shapes for each number.
 */
final class NameFamilies {
  private final Map<Integer, String> labels;
  private final Map<Integer, SavedVariable> variables;
  private final Set<Integer> captured;

  /**
   * Prepares to group variables.
   *
   * @param labels a name of each variable, by object-graph node
   * @param variables all variables
   * @param captured those that a kept function captures; the others only follow
   */
  NameFamilies(
      Map<Integer, String> labels, Map<Integer, SavedVariable> variables, Set<Integer> captured) {
    this.labels = labels;
    this.variables = variables;
    this.captured = captured;
  }

  /** Every family, and the union of those that number alike, the largest first. */
  List<BlockStructure> structures() {
    Map<String, TreeMap<Integer, Map<String, Integer>>> groups = new LinkedHashMap<>();
    Set<String> ambiguous = new HashSet<>();
    for (int node : captured) {
      for (NumberedName name : NumberedName.all(labels.getOrDefault(node, ""))) {
        Integer other =
            groups
                .computeIfAbsent(name.prefix(), key -> new TreeMap<>())
                .computeIfAbsent(name.number(), key -> new LinkedHashMap<>())
                .put(name.suffix(), node);
        if (other != null) {
          ambiguous.add(name.prefix());
        }
      }
    }
    Map<List<Integer>, List<BlockStructure>> alike = new LinkedHashMap<>();
    List<BlockStructure> found = new ArrayList<>();
    groups.forEach(
        (prefix, numbers) -> {
          if (!ambiguous.contains(prefix) && isFamily(numbers)) {
            BlockStructure structure = structure(prefix, numbers);
            found.add(structure);
            alike
                .computeIfAbsent(List.copyOf(numbers.keySet()), key -> new ArrayList<>())
                .add(structure);
          }
        });
    alike.values().stream().filter(list -> list.size() > 1).map(this::union).forEach(found::add);
    found.sort(Comparator.comparingInt((BlockStructure s) -> -s.places().size()));
    return found;
  }

  /**
   * Says what keeps numbered variables from being blocks: one that has what another lacks. Empty
   * unless most variables are numbered so and agree but for a few.
   */
  Optional<String> unevenness() {
    Map<String, TreeMap<Integer, Map<String, Integer>>> groups = new LinkedHashMap<>();
    for (int node : captured) {
      for (NumberedName name : NumberedName.all(labels.getOrDefault(node, ""))) {
        groups
            .computeIfAbsent(name.prefix(), key -> new TreeMap<>())
            .computeIfAbsent(name.number(), key -> new LinkedHashMap<>())
            .put(name.suffix(), node);
      }
    }
    for (Map.Entry<String, TreeMap<Integer, Map<String, Integer>>> group : groups.entrySet()) {
      TreeMap<Integer, Map<String, Integer>> numbers = group.getValue();
      Map<String, Integer> last = numbers.lastEntry().getValue();
      int size = numbers.values().stream().mapToInt(Map::size).sum();
      if (numbers.size() < 2 || 2 * size < captured.size()) {
        continue;
      }
      for (Map.Entry<Integer, Map<String, Integer>> block : numbers.entrySet()) {
        Set<String> common = Sets.intersection(block.getValue().keySet(), last.keySet());
        Set<String> own = Sets.difference(block.getValue().keySet(), last.keySet());
        if (2 * common.size() >= last.size() && !own.isEmpty()) {
          return Optional.of(
              "'%s%d%s' has no counterpart in block %d, so the blocks are not alike"
                  .formatted(
                      group.getKey(), block.getKey(), own.iterator().next(), numbers.lastKey()));
        }
      }
    }
    return Optional.empty();
  }

  private boolean isFamily(SortedMap<Integer, Map<String, Integer>> numbers) {
    Map<String, Integer> first = numbers.get(numbers.firstKey());
    int expected = numbers.firstKey();
    for (Map.Entry<Integer, Map<String, Integer>> entry : numbers.entrySet()) {
      if (entry.getKey() != expected++ || !entry.getValue().keySet().equals(first.keySet())) {
        return false;
      }
      for (Map.Entry<String, Integer> member : entry.getValue().entrySet()) {
        if (!alike(member.getValue(), first.get(member.getKey()))) {
          return false;
        }
      }
    }
    return true;
  }

  private BlockStructure structure(
      String prefix, SortedMap<Integer, Map<String, Integer>> numbers) {
    List<BlockMember> members = new ArrayList<>();
    for (String suffix : numbers.get(numbers.firstKey()).keySet()) {
      List<Integer> nodes = new ArrayList<>();
      numbers.values().forEach(block -> nodes.add(block.get(suffix)));
      members.add(member(prefix + BlockMember.BLOCK + suffix, nodes));
    }
    members.addAll(followers(prefix, List.copyOf(numbers.keySet())));
    return BlockStructure.of(numbers.size(), members);
  }

  /** Variables that no kept function captures, such as the state of a random generator. */
  private List<BlockMember> followers(String prefix, List<Integer> numbers) {
    Map<Integer, List<Integer>> nodes = new TreeMap<>();
    numbers.forEach(number -> nodes.put(number, new ArrayList<>()));
    Map<Integer, String> patterns = new HashMap<>();
    for (Map.Entry<Integer, String> label : new TreeMap<>(labels).entrySet()) {
      for (NumberedName name : NumberedName.all(label.getValue())) {
        if (!captured.contains(label.getKey())
            && name.prefix().equals(prefix)
            && nodes.containsKey(name.number())) {
          nodes.get(name.number()).add(label.getKey());
          patterns.put(label.getKey(), name.pattern());
        }
      }
    }
    List<Integer> first = nodes.get(numbers.get(0));
    List<BlockMember> members = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      List<Integer> member = new ArrayList<>();
      for (List<Integer> block : nodes.values()) {
        if (block.size() != first.size() || !alike(block.get(i), first.get(i))) {
          return List.of();
        }
        member.add(block.get(i));
      }
      members.add(member(patterns.get(first.get(i)), member));
    }
    return members;
  }

  private BlockStructure union(List<BlockStructure> families) {
    List<BlockMember> members = new ArrayList<>();
    Set<Integer> taken = new HashSet<>();
    families.stream()
        .sorted(Comparator.comparingInt((BlockStructure s) -> -s.places().size()))
        .map(BlockStructure::members)
        .flatMap(Collection::stream)
        .filter(member -> member.nodes().stream().noneMatch(taken::contains))
        .forEach(
            member -> {
              members.add(member);
              taken.addAll(member.nodes());
            });
    return BlockStructure.of(families.get(0).blocks(), members);
  }

  BlockMember member(String pattern, List<Integer> nodes) {
    SavedVariable first = variables.get(nodes.get(0));
    return new BlockMember(
        pattern, first.getDtype(), first.getShape(), first.getTrainable(), nodes);
  }

  boolean alike(int node, int other) {
    SavedVariable a = variables.get(node);
    SavedVariable b = variables.get(other);
    return a.getDtype() == b.getDtype()
        && a.getShape().equals(b.getShape())
        && a.getTrainable() == b.getTrainable();
  }
}
