package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.tf.train.RowMove.Use;
import org.tensorflow.Graph;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Computes logits at chosen positions only: moves a gather of rows from behind the logits to as far
 * before them as {@link RowRules} prove that rows do not mix.
 *
 * <p>What lies between is computed of the chosen rows alone: the head, and in most models the last
 * block behind its attention. A node whose value something else needs whole is not computed twice;
 * the rows are gathered behind it.
 */
final class ChosenRows {
  private final GraphEdit graph;
  private final Graph types;
  private final Logits logits;
  private final String prefix;
  private final RowRules rules;

  /** Nodes that work on chosen rows, in reverse order. */
  private final Map<String, RowMove> moved = new LinkedHashMap<>();

  /** Nodes of which rows are wanted, and those that are wanted whole. */
  private final Set<String> wanted = new HashSet<>();

  private final Set<String> whole = new HashSet<>();
  private final Map<TensorRef, String> gathered = new HashMap<>();
  private String positions = "";

  /**
   * A body whose logits are [chosen, classes].
   *
   * @param positions placeholder, int32, [chosen]: numbers of rows
   * @param formulas as they are of the changed body
   */
  record Moved(String positions, List<Formula> formulas) {}

  private ChosenRows(GraphEdit graph, Graph types, Logits logits, String prefix) {
    this.graph = graph;
    this.types = types;
    this.logits = logits;
    this.prefix = prefix + "chosen/";
    this.rules = new RowRules(graph, types, logits.rows());
  }

  /**
   * Changes a body, if its logits are made of rows that do not mix.
   *
   * @param types the same nodes, imported
   * @param formulas that stand-ins in the body are for
   * @return nothing if the body was left as it is
   */
  static Optional<Moved> apply(
      GraphEdit graph, Graph types, Logits logits, List<Formula> formulas, String prefix) {
    StaticShapes.apply(graph, types);
    ChosenRows pass = new ChosenRows(graph, types, logits, prefix);
    return pass.find(formulas) ? Optional.of(pass.move(formulas)) : Optional.empty();
  }

  /** Decides from the logits downwards, so that of each node all uses are known before it. */
  private boolean find(List<Formula> formulas) {
    for (Formula formula : formulas) {
      whole.addAll(formula.extras());
      if (formula.extras().stream().anyMatch(extra -> rowShape(extra).isEmpty())) {
        whole.add(formula.site());
      }
    }
    wanted.add(logits.tensor().node());
    List<NodeDef.Builder> ordered = graph.ordered(List.of(logits.tensor().node()));
    for (int i = ordered.size() - 1; i >= 0; i--) {
      NodeDef.Builder node = ordered.get(i);
      String name = node.getName();
      Optional<RowMove> move =
          wanted.contains(name) && !whole.contains(name) ? rules.of(node) : Optional.empty();
      if (move.isPresent()) {
        moved.put(name, move.get());
        take(node, move.get());
      } else if (wanted.contains(name) || whole.contains(name)) {
        node.getInputList().forEach(input -> whole.add(TensorRef.parse(input).node()));
      }
    }
    // A loop in the graph has no order, and could want whole what was decided on before.
    return moved.containsKey(logits.tensor().node())
        && moved.keySet().stream().noneMatch(whole::contains);
  }

  private void take(NodeDef.Builder node, RowMove move) {
    for (int i = 0; i < node.getInputCount(); i++) {
      TensorRef input = RowRules.input(node, i);
      switch (move.uses().get(i).kind()) {
        case ROWS -> wanted.add(input.node());
        case WHOLE -> whole.add(input.node());
        case NOTHING -> {}
      }
    }
  }

  private Moved move(List<Formula> formulas) {
    NodeDef.Builder placeholder = graph.add("Placeholder", prefix + "positions");
    placeholder.putAttr("dtype", GraphEdit.type(DataType.DT_INT32));
    positions = placeholder.putAttr("shape", GraphEdit.shape(List.of(-1L))).getName();
    moved.forEach((name, move) -> move(graph.node(name), move));
    List<Formula> kept = new ArrayList<>();
    List<String> roots = new ArrayList<>(List.of(logits.tensor().node()));
    for (Formula formula : formulas) {
      Formula now = moved.containsKey(formula.site()) ? onRows(formula) : formula;
      kept.add(now);
      roots.addAll(now.extras());
    }
    graph.keepAncestorsOf(roots);
    kept.removeIf(formula -> graph.node(formula.site()) == null);
    return new Moved(positions, kept);
  }

  private void move(NodeDef.Builder node, RowMove move) {
    for (int i = 0; i < node.getInputCount(); i++) {
      TensorRef input = RowRules.input(node, i);
      Use use = move.uses().get(i);
      if (use.kind() == Use.Kind.ROWS) {
        node.setInput(i, moved.containsKey(input.node()) ? input.toString() : gather(input));
      } else if (use.kind() == Use.Kind.WHOLE && use.lastAxes() >= 0) {
        node.setInput(i, withoutSingles(node.getName() + "/chosen_" + i, input, use.lastAxes()));
      }
    }
    move.change().accept(node);
  }

  private Formula onRows(Formula formula) {
    return formula.with(
        formula.dtype(),
        formula.extras().stream().map(extra -> gather(TensorRef.parse(extra))).toList());
  }

  private Optional<RowShape> rowShape(String tensor) {
    return rules.rowShape(TensorRef.parse(tensor));
  }

  /** Adds what takes the chosen rows out of a tensor. */
  private String gather(TensorRef tensor) {
    String known = gathered.get(tensor);
    if (known != null) {
      return known;
    }
    RowShape shape = rules.rowShape(tensor).orElseThrow();
    String name = prefix + tensor.node() + "/" + tensor.index();
    String flat = tensor.toString();
    if (shape.lead() > 1) {
      List<Long> sizes = new ArrayList<>(List.of(logits.rows()));
      sizes.addAll(shape.row());
      flat = reshape(name + "/rows", tensor, sizes);
    }
    TensorProto.Builder first = TensorProto.newBuilder().setDtype(DataType.DT_INT32).addIntVal(0);
    String axis = graph.constant(name + "/axis", first, List.of());
    NodeDef.Builder gather = graph.add("GatherV2", name, flat, positions, axis);
    gather.putAttr("Tparams", GraphEdit.type(type(tensor)));
    gather.putAttr("Tindices", GraphEdit.type(DataType.DT_INT32));
    gather.putAttr("Taxis", GraphEdit.type(DataType.DT_INT32));
    gathered.put(tensor, gather.getName());
    return gather.getName();
  }

  private String withoutSingles(String name, TensorRef tensor, int lastAxes) {
    List<Long> sizes = rules.shape(tensor).toListOrNull();
    return reshape(name, tensor, sizes.subList(sizes.size() - lastAxes, sizes.size()));
  }

  private String reshape(String name, TensorRef tensor, List<Long> sizes) {
    String shape = graph.vector(name + "_shape", sizes);
    NodeDef.Builder node = graph.add("Reshape", name, tensor.toString(), shape);
    node.putAttr("T", GraphEdit.type(type(tensor)));
    return node.putAttr("Tshape", GraphEdit.type(DataType.DT_INT64)).getName();
  }

  private DataType type(TensorRef tensor) {
    return types.operation(tensor.node()).output(tensor.index()).dataType();
  }
}
