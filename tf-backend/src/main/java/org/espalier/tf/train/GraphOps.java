package org.espalier.tf.train;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;

/** Adds nodes of a run-time type to a graph, which the typed API cannot. */
final class GraphOps {
  private final Graph graph;
  private final Ops typed;
  private final String prefix;

  GraphOps(Graph graph, String prefix) {
    this.graph = graph;
    this.typed = Ops.create(graph);
    this.prefix = prefix;
  }

  GraphOperationBuilder builder(String op, String name) {
    return graph.opBuilder(op, prefix + name, typed.scope());
  }

  Output<?> op(String op, String name, Output<?>... inputs) {
    GraphOperationBuilder builder = builder(op, name);
    for (Output<?> input : inputs) {
      builder.addInput(input);
    }
    return builder.build().output(0);
  }

  /** A scalar constant of type {@code dtype}. */
  Output<?> scalar(String name, double value, DataType dtype) {
    Operand<?> constant = typed.constant(value);
    return cast(name, constant.asOutput(), dtype);
  }

  Output<?> cast(String name, Output<?> value, DataType dtype) {
    if (value.dataType() == dtype) {
      return value;
    }
    return builder("Cast", name).addInput(value).setAttr("DstT", dtype).build().output(0);
  }

  /** What a variable holds after {@code after} is done. */
  Output<?> read(String name, Output<?> handle, ModelVariable variable, Operation after) {
    return builder("ReadVariableOp", name)
        .addInput(handle)
        .setAttr("dtype", variable.dtype())
        .addControlInput(after)
        .build()
        .output(0);
  }

  GraphOperation group(String name, List<? extends Operation> members) {
    GraphOperationBuilder group = builder("NoOp", name);
    members.forEach(group::addControlInput);
    return group.build();
  }
}
