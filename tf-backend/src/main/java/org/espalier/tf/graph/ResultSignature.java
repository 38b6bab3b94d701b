package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The structure that Python wraps a function's results in, for another number of blocks.
 *
 * <p>Tensors stand in it in the order of the function's results, dictionaries sorted by key, as
 * {@code tf.nest.flatten} does.
 */
final class ResultSignature {
  private final BlockCut cut;
  private final int count;

  /** By result, the axis along which it stacks blocks. */
  private final Map<Integer, Integer> stacked = new HashMap<>();

  private ResultSignature(BlockCut cut, int count) {
    this.cut = cut;
    this.count = count;
    FlatGraph graph = cut.graph();
    for (BlockResults.Kind kind : cut.results().all()) {
      kind.stack()
          .ifPresent(
              stack -> {
                // An attribute that has its default value, 0, may be left out.
                AttrValue given = graph.nodes().get(stack).attrs().get("axis");
                int axis = given == null ? 0 : (int) given.getI();
                Set<String> passing = passing(graph, stack);
                for (int i = 0; i < graph.outputs().size(); i++) {
                  if (passing.contains(graph.outputs().get(i).source().node())) {
                    stacked.put(i, axis);
                  }
                }
              });
    }
  }

  /**
   * Changes the structure of a function's results.
   *
   * @param before the function's structure of results
   * @param count how many blocks there are now
   * @throws EspalierException if results of each block do not stand in a list of their own
   */
  static StructuredValue of(StructuredValue before, BlockCut cut, int count) {
    if (cut.results().all().isEmpty()) {
      return before;
    }
    ResultSignature signature = new ResultSignature(cut, count);
    StructuredValue next = signature.reshaped(before, new int[1]);
    for (BlockResults.Kind kind : cut.results().lastFirst()) {
      next =
          signature
              .resized(next, kind, new int[1])
              .orElseThrow(
                  () ->
                      new EspalierException(
                          "The depth of function '%s' cannot be changed: its result '%s' comes from block 0 of %d, and only results in a list can follow the number of blocks; export the model without them (such as output_hidden_states=False)"
                              .formatted(
                                  cut.graph().function(),
                                  cut.graph().outputs().get(kind.first()).name(),
                                  cut.structure().blocks())));
    }
    return next;
  }

  private static Set<String> passing(FlatGraph graph, String stack) {
    Set<String> passing = new HashSet<>(Set.of(stack));
    for (FlatNode node : graph.nodes().values()) {
      if (node.inputs().stream().anyMatch(input -> passing.contains(input.node()))) {
        passing.add(node.name());
      }
    }
    return passing;
  }

  /** Sets the sizes of stacks; {@code leaf} counts the tensors passed. */
  private StructuredValue reshaped(StructuredValue value, int[] leaf) {
    if (value.hasTensorSpecValue()) {
      Integer axis = stacked.get(leaf[0]++);
      TensorShapeProto shape = value.getTensorSpecValue().getShape();
      if (axis == null || shape.getUnknownRank()) {
        return value;
      }
      int at = axis < 0 ? axis + shape.getDimCount() : axis;
      StructuredValue.Builder next = value.toBuilder();
      next.getTensorSpecValueBuilder()
          .getShapeBuilder()
          .getDimBuilder(at)
          .setSize(shape.getDim(at).getSize() + count - cut.structure().blocks());
      return next.build();
    }
    return with(value, children(value).stream().map(child -> reshaped(child, leaf)).toList());
  }

  /** The structure with the list of these results resized; empty if it holds no such list. */
  private Optional<StructuredValue> resized(
      StructuredValue value, BlockResults.Kind kind, int[] leaf) {
    List<StructuredValue> children = new ArrayList<>(children(value));
    for (int i = 0; i < children.size(); i++) {
      StructuredValue child = children.get(i);
      if (leaf[0] == kind.first() && leaves(child) == kind.width()) {
        return resized(value, children, i);
      }
      if (leaf[0] + leaves(child) > kind.first()) {
        int at = i;
        return resized(child, kind, leaf)
            .map(
                next -> {
                  children.set(at, next);
                  return with(value, children);
                });
      }
      leaf[0] += leaves(child);
    }
    return Optional.empty();
  }

  private Optional<StructuredValue> resized(
      StructuredValue value, List<StructuredValue> children, int first) {
    int blocks = cut.structure().blocks();
    if (first + blocks > children.size() || value.hasDictValue() || value.hasNamedTupleValue()) {
      return Optional.empty();
    }
    List<StructuredValue> next =
        new ArrayList<>(children.subList(0, first + Math.min(blocks, count)));
    for (int block = blocks; block < count; block++) {
      next.add(children.get(first + blocks - 1));
    }
    next.addAll(children.subList(first + blocks, children.size()));
    return Optional.of(with(value, next));
  }

  private static int leaves(StructuredValue value) {
    return value.hasTensorSpecValue()
        ? 1
        : children(value).stream().mapToInt(ResultSignature::leaves).sum();
  }

  private static List<StructuredValue> children(StructuredValue value) {
    return switch (value.getKindCase()) {
      case LIST_VALUE -> value.getListValue().getValuesList();
      case TUPLE_VALUE -> value.getTupleValue().getValuesList();
      case NAMED_TUPLE_VALUE ->
          value.getNamedTupleValue().getValuesList().stream().map(pair -> pair.getValue()).toList();
      case DICT_VALUE -> List.copyOf(new TreeMap<>(value.getDictValue().getFieldsMap()).values());
      default -> List.of();
    };
  }

  private static StructuredValue with(StructuredValue value, List<StructuredValue> children) {
    StructuredValue.Builder next = value.toBuilder();
    switch (value.getKindCase()) {
      case LIST_VALUE -> next.getListValueBuilder().clearValues().addAllValues(children);
      case TUPLE_VALUE -> next.getTupleValueBuilder().clearValues().addAllValues(children);
      case NAMED_TUPLE_VALUE -> {
        for (int i = 0; i < children.size(); i++) {
          next.getNamedTupleValueBuilder().getValuesBuilder(i).setValue(children.get(i));
        }
      }
      case DICT_VALUE -> {
        Iterator<StructuredValue> values = children.iterator();
        new TreeMap<>(value.getDictValue().getFieldsMap())
            .keySet()
            .forEach(key -> next.getDictValueBuilder().putFields(key, values.next()));
      }
      default -> {}
    }
    return next.build();
  }
}
