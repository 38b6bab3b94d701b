package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Gives formulas gradients of their own without registering any: while TensorFlow differentiates,
 * Softplus stands in for each of them; then it and the SoftplusGrad that it got are replaced.
 */
final class Surrogates {
  private static final String FUNCTION = "espalier_";

  private final GraphEdit graph;

  private Surrogates(GraphEdit graph) {
    this.graph = graph;
  }

  /** Puts a stand-in at the site of each formula. */
  static void insert(GraphEdit graph, List<Formula> formulas) {
    for (Formula formula : formulas) {
      AttrValue type = GraphEdit.type(formula.dtype());
      graph.add("Identity", input(formula), formula.argument().toString()).putAttr("T", type);
      NodeDef.Builder site = graph.node(formula.site());
      site.setOp("Softplus").clearInput().clearAttr().addInput(input(formula));
      site.putAttr("T", type);
    }
  }

  /**
   * Replaces the stand-ins and their gradients.
   *
   * @param compiled whether each becomes a call that XLA compiles
   */
  static void resolve(GraphEdit graph, List<Formula> formulas, boolean compiled) {
    Surrogates surrogates = new Surrogates(graph);
    Map<String, Formula> byInput = new HashMap<>();
    for (Formula formula : formulas) {
      byInput.put(input(formula), formula);
      surrogates.replace(
          graph.node(formula.site()), formula, List.of(input(formula)), compiled, false);
    }
    for (NodeDef.Builder node : graph.nodesOf(List.of("SoftplusGrad"))) {
      Formula formula = byInput.get(node.getInput(1));
      if (formula != null) {
        List<String> arguments = List.of(node.getInput(1), node.getInput(0));
        surrogates.replace(node, formula, arguments, compiled, true);
      }
    }
  }

  private static String input(Formula formula) {
    return formula.site() + "/argument";
  }

  /** Replaces a node by a pass over {@code arguments}: x, or x and ∂y. */
  private void replace(
      NodeDef.Builder node,
      Formula formula,
      List<String> arguments,
      boolean compiled,
      boolean backward) {
    node.clearInput().clearAttr();
    if (compiled && formula.worthCompiling()) {
      call(node, formula, arguments, backward);
      return;
    }
    PassWriter pass = PassWriter.inGraph(formula.dtype(), node.getName() + "/");
    String result = write(pass, formula, arguments, formula.extras(), backward);
    pass.nodes().forEach(added -> graph.put(added.toBuilder()));
    node.setOp("Identity").addInput(result);
    node.putAttr("T", GraphEdit.type(formula.dtype()));
  }

  private static String write(
      PassWriter pass,
      Formula formula,
      List<String> arguments,
      List<String> extras,
      boolean backward) {
    return backward
        ? formula.backward(pass, arguments.get(0), arguments.get(1), extras)
        : formula.forward(pass, arguments.get(0), extras);
  }

  private void call(
      NodeDef.Builder node, Formula formula, List<String> arguments, boolean backward) {
    String name =
        FUNCTION + formula.id() + (backward ? "_gradient_" : "_") + formula.dtype().getNumber();
    int count = arguments.size() + formula.extras().size();
    DataType[] types = Collections.nCopies(count, formula.dtype()).toArray(DataType[]::new);
    if (!graph.hasFunction(name)) {
      graph.addFunction(function(name, formula, types, backward));
    }
    node.setOp("PartitionedCall").addAllInput(arguments).addAllInput(formula.extras());
    node.putAttr("Tin", GraphEdit.types(types));
    node.putAttr("Tout", GraphEdit.types(formula.dtype()));
    NameAttrList called = NameAttrList.newBuilder().setName(name).build();
    node.putAttr("f", AttrValue.newBuilder().setFunc(called).build());
    node.putAttr("_XlaMustCompile", GraphEdit.flag(true));
  }

  private static FunctionDef function(
      String name, Formula formula, DataType[] types, boolean backward) {
    FunctionDef.Builder function = FunctionDef.newBuilder();
    OpDef.Builder signature = function.getSignatureBuilder().setName(name);
    List<String> names = new ArrayList<>();
    for (DataType type : types) {
      names.add("argument_" + names.size());
      signature.addInputArgBuilder().setName(names.get(names.size() - 1)).setType(type);
    }
    signature.addOutputArgBuilder().setName("result").setType(formula.dtype());
    int own = backward ? 2 : 1;
    PassWriter pass = PassWriter.inFunction(formula.dtype());
    String result =
        write(pass, formula, names.subList(0, own), names.subList(own, names.size()), backward);
    return function.addAllNodeDef(pass.nodes()).putRet("result", result).build();
  }
}
