package org.espalier.tf.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * Puts zeros into the gradients of masked parameters where the mask does.
 *
 * <p>A weight that is zero with zero moments then stays zero: AdamW adds nothing, and decay takes a
 * share of zero. The norm that gradients are clipped by counts only what is left.
 */
final class GradientMasks {
  private final GraphOps ops;
  private final Map<String, Output<?>> reads = new LinkedHashMap<>();
  private final Map<ModelVariable, Output<?>> handles = new LinkedHashMap<>();

  GradientMasks(Graph graph, List<ModelVariable> trained, Set<String> masked) {
    this.ops = new GraphOps(graph, "masks/");
    for (ModelVariable variable : trained) {
      if (masked.contains(variable.name())) {
        add(variable);
      }
    }
  }

  private void add(ModelVariable variable) {
    String name = "mask_" + reads.size();
    Output<?> handle =
        ops.builder("VarHandleOp", name)
            .setAttr("dtype", DataType.DT_BOOL)
            .setAttr("shape", Shape.of(variable.shape().stream().mapToLong(s -> s).toArray()))
            .setAttr("shared_name", "masks/" + name)
            .build()
            .output(0);
    Output<?> read =
        ops.builder("ReadVariableOp", "read_" + name)
            .addInput(handle)
            .setAttr("dtype", DataType.DT_BOOL)
            .build()
            .output(0);
    reads.put(variable.name(), read);
    handles.put(
        new ModelVariable(variable.name(), DataType.DT_BOOL, variable.shape(), variable.keys()),
        handle);
  }

  /** Returns a gradient with zeros where its parameter's mask has them. */
  Output<?> apply(ModelVariable variable, Output<?> gradient) {
    Output<?> read = reads.get(variable.name());
    if (read == null) {
      return gradient;
    }
    String name = read.op().name().substring("masks/read_".length());
    Output<?> zero = ops.scalar("zero_" + name, 0, variable.dtype());
    // A choice, not a product: what is left out may be infinite.
    return ops.op("SelectV2", "masked_" + name, read, gradient, zero);
  }

  /** The variables that hold the masks, of type bool. */
  Map<ModelVariable, Output<?>> handles() {
    return handles;
  }
}
