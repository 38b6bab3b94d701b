package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.espalier.tf.savedmodel.ObjectPaths;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/**
 * Tells which objects belong to one block: its layers, their functions and its variables.
 *
 * <p>An object belongs to a block when it leads to variables of that block alone, stands among such
 * objects in a numbered list, or is reached only through such objects.
 */
final class BlockObjects {
  private final DraftObjects objects;
  private final BlockStructure structure;
  private final ObjectPaths paths;

  BlockObjects(DraftObjects objects, BlockStructure structure, ObjectPaths paths) {
    this.objects = objects;
    this.structure = structure;
    this.paths = paths;
  }

  /** The objects of each block. */
  List<Set<Integer>> own() {
    List<Set<Integer>> own = new ArrayList<>();
    if (structure.blocks() == 1) {
      own.add(ofOnlyBlock());
      return own;
    }
    Map<Integer, Integer> leading = leadingToOne();
    Map<Integer, Integer> containers = new HashMap<>(leading);
    containers.putAll(new SiblingsWithoutVariables(objects, leading, structure.blocks()).blockOf());
    for (int block = 0; block < structure.blocks(); block++) {
      int number = block;
      Set<Integer> ofBlock = new TreeSet<>(containers.keySet());
      ofBlock.removeIf(node -> containers.get(node) != number);
      own.add(withDominated(ofBlock));
    }
    return own;
  }

  /** The block of each object that leads to variables of one block alone. */
  private Map<Integer, Integer> leadingToOne() {
    Map<Integer, Integer> blocks = new HashMap<>();
    List<BitSet> leads = leads();
    for (int node = 0; node < leads.size(); node++) {
      if (leads.get(node).cardinality() == 1) {
        blocks.put(node, leads.get(node).nextSetBit(0));
      }
    }
    return blocks;
  }

  /** The blocks whose variables each object leads to. */
  private List<BitSet> leads() {
    List<List<Integer>> parents = new ArrayList<>();
    List<BitSet> leads = new ArrayList<>();
    for (int node = 0; node < objects.size(); node++) {
      parents.add(new ArrayList<>());
      leads.add(new BitSet());
    }
    for (int node = 0; node < objects.size(); node++) {
      // Variables are leaves: one outside the blocks stays outside, whatever hangs on it.
      if (!objects.node(node).hasVariable()) {
        for (ObjectReference child : objects.node(node).getChildrenList()) {
          parents.get(child.getNodeId()).add(node);
        }
      }
    }
    for (int block = 0; block < structure.blocks(); block++) {
      int number = block;
      Deque<Integer> open = new ArrayDeque<>();
      structure.members().forEach(member -> open.add(member.nodes().get(number)));
      while (!open.isEmpty()) {
        int node = open.remove();
        if (!leads.get(node).get(block)) {
          leads.get(node).set(block);
          open.addAll(parents.get(node));
        }
      }
    }
    return leads;
  }

  private Set<Integer> withDominated(Set<Integer> containers) {
    Set<Integer> elsewhere = reach(List.of(0), containers);
    Set<Integer> own = new TreeSet<>(reach(containers, Set.of()));
    own.removeAll(elsewhere);
    own.addAll(containers);
    own.removeIf(node -> !isCloned(objects.node(node)));
    return own;
  }

  private Set<Integer> ofOnlyBlock() {
    Set<Integer> variables = new TreeSet<>();
    structure.members().forEach(member -> variables.add(member.nodes().get(0)));
    String pattern = structure.members().get(0).pattern();
    int mark = pattern.indexOf(BlockMember.BLOCK);
    String path = paths.path(structure.members().get(0).nodes().get(0)).orElse("");
    String prefix = pattern.substring(0, mark);
    int end = path.indexOf('/', mark);
    if (end < 0 || !path.startsWith(prefix) || paths.find(path.substring(0, end)).isEmpty()) {
      return variables;
    }
    int root = paths.find(path.substring(0, end)).getAsInt();
    Set<Integer> inside = reach(List.of(root), Set.of());
    if (inside.contains(0) || !inside.containsAll(variables)) {
      return variables;
    }
    Set<Integer> own = withDominated(Set.of(root));
    own.addAll(variables);
    return own;
  }

  private Set<Integer> reach(Collection<Integer> from, Set<Integer> blocked) {
    Set<Integer> reached = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>(from);
    while (!open.isEmpty()) {
      int node = open.remove();
      if (!blocked.contains(node) && reached.add(node)) {
        objects.node(node).getChildrenList().forEach(child -> open.add(child.getNodeId()));
      }
    }
    return reached;
  }

  /** Tables, assets and constants are shared. */
  private static boolean isCloned(SavedObject.Builder node) {
    return node.hasUserObject()
        || node.hasVariable()
        || node.hasFunction()
        || node.hasBareConcreteFunction();
  }

  /** The concrete functions that hang on the objects of one block, with that block. */
  Map<String, Integer> functions(List<Set<Integer>> own) {
    Map<String, Integer> functions = new HashMap<>();
    blockOf(own)
        .forEach((node, block) -> objects.names(node).forEach(name -> functions.put(name, block)));
    return functions;
  }

  /** By object, the block it belongs to. */
  static Map<Integer, Integer> blockOf(List<Set<Integer>> own) {
    Map<Integer, Integer> blocks = new HashMap<>();
    IntStream.range(0, own.size())
        .forEach(block -> own.get(block).forEach(node -> blocks.put(node, block)));
    return blocks;
  }
}
