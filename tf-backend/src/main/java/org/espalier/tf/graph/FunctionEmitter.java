package org.espalier.tf.graph;

import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorShapeProto;

/** Writes a flat graph as a function. */
final class FunctionEmitter {
  private static final String INPUT_SHAPES = "_input_shapes";
  private static final TensorShapeProto UNKNOWN =
      TensorShapeProto.newBuilder().setUnknownRank(true).build();

  private FunctionEmitter() {}

  /**
   * Writes {@code graph} under its own name.
   *
   * @param original the function it was made from, whose description and attributes are kept
   */
  static FunctionDef emit(FlatGraph graph, FunctionDef original) {
    OpDef.Builder signature =
        original.getSignature().toBuilder().clearInputArg().clearOutputArg().clearControlOutput();
    signature.setName(graph.function());
    FunctionDef.Builder function = original.toBuilder();
    function.clearNodeDef().clearRet().clearControlRet().clearArgAttr().clearResourceArgUniqueId();
    AttrValue.ListValue.Builder shapes = AttrValue.ListValue.newBuilder();
    List<FlatArgument> arguments = graph.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      FlatArgument argument = arguments.get(i);
      signature.addInputArg(argument.definition());
      if (!argument.attrs().isEmpty()) {
        function.putArgAttr(
            i, FunctionDef.ArgAttrs.newBuilder().putAllAttr(argument.attrs()).build());
      }
      shapes.addShape(argument.shape().orElse(UNKNOWN));
    }
    if (original.containsAttr(INPUT_SHAPES)) {
      function.putAttr(INPUT_SHAPES, AttrValue.newBuilder().setList(shapes).build());
    }
    for (FlatOutput output : graph.outputs()) {
      signature.addOutputArg(output.definition());
      function.putRet(output.name(), output.source().inFunction());
    }
    graph
        .controlOutputs()
        .forEach(
            (name, node) -> {
              signature.addControlOutput(name);
              function.putControlRet(name, node);
            });
    graph.nodes().values().forEach(node -> function.addNodeDef(node(node)));
    return function.setSignature(signature).build();
  }

  private static NodeDef node(FlatNode node) {
    NodeDef.Builder builder =
        NodeDef.newBuilder()
            .setName(node.name())
            .setOp(node.op())
            .setDevice(node.device())
            .putAllAttr(node.attrs());
    node.inputs().forEach(input -> builder.addInput(input.inFunction()));
    node.controls().forEach(control -> builder.addInput("^" + control));
    return builder.build();
  }
}
