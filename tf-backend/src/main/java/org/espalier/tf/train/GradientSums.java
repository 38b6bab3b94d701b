package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * The gradients of a step whose batch is cut into parts, summed over these.
 *
 * <p>The loss of a batch is the mean over its rows with their weights. So its gradient is the sum
 * over the parts of (gradient of the part's mean) · (sum of the part's weights), divided by the sum
 * of all weights: not the mean of the parts' gradients where one part has more to predict than
 * another. The sums take the memory of one more copy of the trained parameters.
 */
final class GradientSums {
  private final GraphOps ops;
  private final Map<DataType, Output<?>> weights = new EnumMap<>(DataType.class);
  private final List<GraphOperation> starts = new ArrayList<>();
  private final List<GraphOperation> additions = new ArrayList<>();
  private final List<UpdateTarget> targets = new ArrayList<>();
  private final GraphOperation start;
  private final GraphOperation add;
  private final Output<?> factor;

  /**
   * Adds the nodes.
   *
   * @param parts what one part gives
   * @param weight sum of a part's weights, a scalar
   */
  GradientSums(Graph graph, List<UpdateTarget> parts, Output<?> weight) {
    this.ops = new GraphOps(graph, "sums/");
    for (UpdateTarget part : parts) {
      targets.add(sum(targets.size(), part, weight));
    }
    this.start = ops.group("start", starts);
    this.add = ops.group("add", additions);
    this.factor =
        ops.builder("Placeholder", "factor")
            .setAttr("dtype", DataType.DT_DOUBLE)
            .setAttr("shape", Shape.scalar())
            .build()
            .output(0);
  }

  private UpdateTarget sum(int number, UpdateTarget part, Output<?> weight) {
    ModelVariable variable = part.variable();
    DataType dtype = variable.dtype();
    Output<?> typed =
        weights.computeIfAbsent(dtype, d -> ops.cast("weight_" + d.getNumber(), weight, d));
    Output<?> handle =
        ops.builder("VarHandleOp", "sum_" + number)
            .setAttr("dtype", dtype)
            .setAttr("shape", Shape.of(variable.shape().stream().mapToLong(s -> s).toArray()))
            .setAttr("shared_name", "sums/sum_" + number)
            .build()
            .output(0);
    Output<?> weighted = ops.op("Mul", "weighted_" + number, part.gradient(), typed);
    starts.add(assignment("AssignVariableOp", "start_" + number, handle, weighted));
    additions.add(assignment("AssignAddVariableOp", "add_" + number, handle, weighted));
    Output<?> read =
        ops.builder("ReadVariableOp", "read_" + number)
            .addInput(handle)
            .setAttr("dtype", dtype)
            .build()
            .output(0);
    return new UpdateTarget(variable, part.handle(), read, part.decayed());
  }

  private GraphOperation assignment(String op, String name, Output<?> handle, Output<?> value) {
    return ops.builder(op, name).addInput(handle).addInput(value).build();
  }

  /** The operation of a step's first part; the sums have no value before. */
  GraphOperation start() {
    return start;
  }

  /** The operation of each further part. */
  GraphOperation add() {
    return add;
  }

  /** The parameters, with the sums as gradients. */
  List<UpdateTarget> targets() {
    return targets;
  }

  /** The placeholder of what the sums are multiplied by, a float64 scalar. */
  Output<?> factor() {
    return factor;
  }
}
