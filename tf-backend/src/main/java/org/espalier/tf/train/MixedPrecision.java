package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Computes the products of a float32 body, and what lies between them, in bfloat16.
 *
 * <p>A product always is. An op that works element by element or moves elements is, where all that
 * it works on is or may be made so: weights, masks, and what a product reads in bfloat16 anyway.
 * Everything else stays as it is: sums over axes, and so norms; embeddings; residual sums that only
 * norms read; the loss. Casts stand between the two, one for each tensor and direction, and their
 * gradients bring those of the variables back to float32.
 */
final class MixedPrecision {
  private static final AttrValue HALF = GraphEdit.type(DataType.DT_BFLOAT16);
  private static final AttrValue FULL = GraphEdit.type(DataType.DT_FLOAT);

  private static final Set<String> PRODUCTS =
      Set.of("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "MatMul");

  /** Ops that follow what they work on; the attributes of their element type are below. */
  private static final Set<String> FOLLOWING =
      Set.of(
          "Add",
          "AddV2",
          "BiasAdd",
          "ConcatV2",
          "ExpandDims",
          "GatherV2",
          "Identity",
          "Maximum",
          "Minimum",
          "Mul",
          "Neg",
          "Pack",
          "Relu",
          "Reshape",
          "SelectV2",
          "Slice",
          "Softmax",
          "Softplus",
          "Split",
          "SplitV",
          "Squeeze",
          "StopGradient",
          "StridedSlice",
          "Sub",
          "Tanh",
          "Tile",
          "Transpose",
          "Unpack");

  private static final List<String> ELEMENT_TYPES = List.of("T", "Ta", "Tb", "Tout", "Tparams");

  /** The largest number of bfloat16, 255/128 · 2^127. */
  private static final float LARGEST = 0x1.FEp127f;

  private final GraphEdit graph;
  private final Graph types;
  private final List<NodeDef.Builder> ordered;
  private final Set<String> ofVariables = new HashSet<>();
  private final Set<String> ofInputs = new HashSet<>();
  private final Set<String> half = new HashSet<>();

  /** What products read: it is there in bfloat16, so what else can works on that. */
  private final Set<TensorRef> wanted = new HashSet<>();

  private final Map<TensorRef, String> lowered = new HashMap<>();
  private final Map<TensorRef, String> raised = new HashMap<>();

  /**
   * A changed body.
   *
   * @param logits in float32
   * @param formulas in the types of their sites
   */
  record Changed(TensorRef logits, List<Formula> formulas) {}

  private MixedPrecision(GraphEdit graph, Graph types, List<String> roots) {
    this.graph = graph;
    this.types = types;
    this.ordered = List.copyOf(graph.ordered(roots));
  }

  /**
   * Changes a body.
   *
   * @param types the same nodes, imported
   * @param formulas that stand-ins in the body are for
   */
  static Changed apply(GraphEdit graph, Graph types, TensorRef logits, List<Formula> formulas) {
    List<String> roots = new ArrayList<>(List.of(logits.node()));
    formulas.forEach(formula -> roots.addAll(formula.extras()));
    MixedPrecision pass = new MixedPrecision(graph, types, roots);
    pass.findSources();
    pass.findWanted();
    pass.ordered.forEach(pass::change);
    TensorRef result =
        pass.half.contains(logits.node()) ? TensorRef.parse(pass.raise(logits)) : logits;
    List<Formula> changed = formulas.stream().map(pass::change).toList();
    List<String> kept = new ArrayList<>(List.of(result.node()));
    changed.forEach(formula -> kept.addAll(formula.extras()));
    graph.keepAncestorsOf(kept);
    return new Changed(result, changed);
  }

  private void findSources() {
    for (NodeDef.Builder node : ordered) {
      if (node.getOp().equals("Placeholder")) {
        ofInputs.add(node.getName());
      } else if (node.getOp().equals("ReadVariableOp")) {
        ofVariables.add(node.getName());
      }
      for (String input : node.getInputList()) {
        String source = TensorRef.parse(input).node();
        if (ofInputs.contains(source)) {
          ofInputs.add(node.getName());
        }
        if (ofVariables.contains(source)) {
          ofVariables.add(node.getName());
        }
      }
    }
  }

  /** Through ops of one operand: a dropout or change of shape before a product is wanted too. */
  private void findWanted() {
    for (int i = ordered.size() - 1; i >= 0; i--) {
      NodeDef.Builder node = ordered.get(i);
      List<TensorRef> operands = operands(node);
      boolean passes =
          FOLLOWING.contains(node.getOp())
              && operands.size() == 1
              && wanted.contains(new TensorRef(node.getName(), 0));
      if (passes || isProduct(node)) {
        wanted.addAll(operands);
      }
    }
  }

  private boolean isProduct(NodeDef.Builder node) {
    return PRODUCTS.contains(node.getOp())
        && dtype(new TensorRef(node.getName(), 0)) == DataType.DT_FLOAT
        && operands(node).size() == node.getInputCount();
  }

  private void change(NodeDef.Builder node) {
    boolean lower = isProduct(node) || follows(node);
    List<String> inputs = List.copyOf(node.getInputList());
    for (int i = 0; i < inputs.size(); i++) {
      TensorRef input = TensorRef.parse(inputs.get(i));
      if (lower && dtype(input) == DataType.DT_FLOAT) {
        node.setInput(i, lower(input));
      } else if (half.contains(input.node())) {
        node.setInput(i, raise(input));
      }
    }
    if (lower) {
      half.add(node.getName());
      if (node.getOp().equals("BiasAdd")) {
        addBias(node);
      }
      ELEMENT_TYPES.stream().filter(node::containsAttr).forEach(name -> node.putAttr(name, HALF));
    }
  }

  /** AddV2 has a gradient that sums in float32; that of BiasAdd sums many rows in bfloat16. */
  private static void addBias(NodeDef.Builder node) {
    node.setOp("AddV2").removeAttr("data_format");
  }

  private boolean follows(NodeDef.Builder node) {
    List<TensorRef> operands = operands(node);
    return FOLLOWING.contains(node.getOp())
        && !isOverChannelsFirst(node)
        && operands.stream().anyMatch(this::isHalf)
        && operands.stream().allMatch(operand -> isHalf(operand) || !isActivation(operand));
  }

  private static boolean isOverChannelsFirst(NodeDef.Builder node) {
    return node.containsAttr("data_format")
        && node.getAttrOrThrow("data_format").getS().toStringUtf8().equals("NCHW");
  }

  private boolean isHalf(TensorRef tensor) {
    return half.contains(tensor.node()) || (isActivation(tensor) && wanted.contains(tensor));
  }

  /** Made of inputs and variables; masks are made of inputs alone, weights of variables. */
  private boolean isActivation(TensorRef tensor) {
    return ofInputs.contains(tensor.node()) && ofVariables.contains(tensor.node());
  }

  private List<TensorRef> operands(NodeDef.Builder node) {
    return node.getInputList().stream()
        .map(TensorRef::parse)
        .filter(input -> dtype(input) == DataType.DT_FLOAT)
        .toList();
  }

  private DataType dtype(TensorRef tensor) {
    return types.operation(tensor.node()).output(tensor.index()).dataType();
  }

  private Formula change(Formula formula) {
    if (!half.contains(formula.site())) {
      return formula;
    }
    List<String> extras =
        formula.extras().stream().map(extra -> lower(TensorRef.parse(extra))).toList();
    return formula.with(DataType.DT_BFLOAT16, extras);
  }

  private String raise(TensorRef tensor) {
    return raised.computeIfAbsent(tensor, t -> cast(t, "/float32", HALF, FULL).getName());
  }

  private String lower(TensorRef tensor) {
    if (half.contains(tensor.node())) {
      return tensor.toString();
    }
    String known = lowered.get(tensor);
    if (known == null) {
      known = ofVariables.contains(tensor.node()) ? cast(tensor) : withoutGradient(tensor);
      lowered.put(tensor, known);
    }
    return known;
  }

  private String cast(TensorRef tensor) {
    return cast(tensor, "/bfloat16", FULL, HALF).getName();
  }

  /**
   * Makes a mask in bfloat16 from its bits where it is a scaled one, as dropout's is. What is
   * larger than all numbers of bfloat16 becomes the largest: the lowest float32, which masks
   * attention, would become infinite, and softmax of nothing else NaN.
   */
  private String withoutGradient(TensorRef tensor) {
    NodeDef.Builder node = graph.node(tensor.node());
    if (node.getOp().equals("Cast") && node.getAttrOrThrow("SrcT").getType() == DataType.DT_BOOL) {
      AttrValue bits = node.getAttrOrThrow("SrcT");
      return cast(TensorRef.parse(node.getInput(0)), "/bfloat16", bits, HALF).getName();
    }
    if (node.getOp().equals("Mul")) {
      String left = lower(TensorRef.parse(node.getInput(0)));
      String right = lower(TensorRef.parse(node.getInput(1)));
      String name = node.getName() + "/bfloat16";
      return graph.add("Mul", name, left, right).putAttr("T", HALF).getName();
    }
    String above = bounded("Maximum", "/above", tensor.toString(), -LARGEST);
    String between = bounded("Minimum", "/between", above, LARGEST);
    return cast(TensorRef.parse(between), "/bfloat16", FULL, HALF).getName();
  }

  private String bounded(String op, String suffix, String tensor, float bound) {
    String name = TensorRef.parse(tensor).node() + suffix;
    TensorProto.Builder value = TensorProto.newBuilder().setDtype(DataType.DT_FLOAT);
    String constant = graph.constant(name + "/bound", value.addFloatVal(bound), List.of());
    return graph.add(op, name, tensor, constant).putAttr("T", FULL).getName();
  }

  private NodeDef.Builder cast(TensorRef tensor, String suffix, AttrValue from, AttrValue to) {
    String name = tensor.node() + (tensor.index() == 0 ? "" : "/" + tensor.index()) + suffix;
    return graph.add("Cast", name, tensor.toString()).putAttr("SrcT", from).putAttr("DstT", to);
  }
}
