package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/** Copies the last block's objects, with their variables and functions, for each new block. */
final class BlockClones {
  private final DraftObjects objects;
  private final BlockStructure structure;
  private final Set<Integer> template;

  /** By new block, the copy of each object of the last block. */
  private final List<Map<Integer, Integer>> copies = new ArrayList<>();

  /** By name of a new function, the one it is a copy of. */
  private final Map<String, String> functions = new TreeMap<>();

  /**
   * Copies.
   *
   * @param template the objects of the last block
   * @param count how many blocks there shall be
   */
  BlockClones(DraftObjects objects, BlockStructure structure, Set<Integer> template, int count) {
    this.objects = objects;
    this.structure = structure;
    this.template = template;
    for (int block = structure.blocks(); block < count; block++) {
      add(block);
    }
  }

  /** The copy of an object of the last block. */
  int copy(int node, int block) {
    return copies.get(block - structure.blocks()).getOrDefault(node, node);
  }

  /** The objects of a new block. */
  Map<Integer, Integer> copies(int block) {
    return Collections.unmodifiableMap(copies.get(block - structure.blocks()));
  }

  /** The function that each new function is a copy of, by the new one's name. */
  Map<String, String> functions() {
    return Collections.unmodifiableMap(functions);
  }

  private void add(int block) {
    Map<Integer, Integer> copy = new LinkedHashMap<>();
    copies.add(copy);
    Map<String, String> renamed = new HashMap<>();
    for (int node : template) {
      copy.put(node, objects.add(objects.node(node).build().toBuilder().clearSlotVariables()));
    }
    for (Map.Entry<Integer, Integer> entry : copy.entrySet()) {
      SavedObject.Builder node = objects.node(entry.getValue());
      for (ObjectReference.Builder child : node.getChildrenBuilderList()) {
        child.setNodeId(copy.getOrDefault(child.getNodeId(), child.getNodeId()));
      }
      for (ObjectReference.Builder child : node.getDependenciesBuilderList()) {
        child.setNodeId(copy.getOrDefault(child.getNodeId(), child.getNodeId()));
      }
      if (node.getSaveableObjectsCount() > 0) {
        throw new EspalierException(
            "Object %d of a block saves itself by functions of its own, which cannot be copied"
                .formatted(entry.getKey()));
      }
      if (node.hasVariable()) {
        node.getVariableBuilder().setName(variableName(entry.getKey(), block));
      }
      if (node.hasFunction()) {
        List<String> names = node.getFunction().getConcreteFunctionsList();
        node.getFunctionBuilder().clearConcreteFunctions();
        for (String name : names) {
          node.getFunctionBuilder().addConcreteFunctions(function(name, block, renamed));
        }
      }
      if (node.hasBareConcreteFunction()) {
        String name = node.getBareConcreteFunction().getConcreteFunctionName();
        node.getBareConcreteFunctionBuilder()
            .setConcreteFunctionName(function(name, block, renamed));
      }
    }
    renamed.forEach((name, clone) -> bind(name, clone, copy));
  }

  private String function(String name, int block, Map<String, String> renamed) {
    return renamed.computeIfAbsent(
        name,
        key -> {
          String clone = key + "_block_" + block;
          while (objects.functions().containsKey(clone)) {
            clone += "_";
          }
          functions.put(clone, key);
          return clone;
        });
  }

  private void bind(String name, String clone, Map<Integer, Integer> copy) {
    SavedConcreteFunction original = objects.functions().get(name);
    SavedConcreteFunction.Builder bound = original.toBuilder().clearBoundInputs();
    original
        .getBoundInputsList()
        .forEach(node -> bound.addBoundInputs(copy.getOrDefault(node, node)));
    objects.functions().put(clone, bound.build());
  }

  private String variableName(int node, int block) {
    String last = objects.node(node).getVariable().getName();
    int steps = block - structure.blocks() + 1;
    BlockStructure.Place place = structure.place(node).orElse(null);
    if (place != null && place.block() > 0) {
      int before = structure.members().get(place.member()).nodes().get(place.block() - 1);
      return Extrapolation.next(objects.node(before).getVariable().getName(), last, steps)
          .orElse(last);
    }
    // An only block has no other to tell which number is its own; a single number must be.
    List<NumberedName> names = NumberedName.all(last);
    if (place != null && names.size() == 1) {
      NumberedName name = names.get(0);
      return name.pattern().replace(BlockMember.BLOCK, Integer.toString(name.number() + steps));
    }
    return last;
  }
}
