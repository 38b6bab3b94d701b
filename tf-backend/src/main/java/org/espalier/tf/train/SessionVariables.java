package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** Puts values into a session's variables and takes them out, by name. */
final class SessionVariables {
  private final GraphOps ops;
  private final Map<String, Place> places = new LinkedHashMap<>();

  /** The nodes that reach one variable. */
  private record Place(
      DataType dtype, Shape shape, Output<?> fed, Operation assign, Output<?> read) {}

  /** Fills a tensor, which is the variable's memory from then on. */
  interface Filler {
    void fill(TensorBytes bytes);
  }

  SessionVariables(Graph graph) {
    this.ops = new GraphOps(graph, "values/");
  }

  void add(String name, ModelVariable variable, Output<?> handle) {
    int number = places.size();
    Shape shape = Shape.of(variable.shape().stream().mapToLong(s -> s).toArray());
    Output<?> fed =
        ops.builder("Placeholder", "value_" + number)
            .setAttr("dtype", variable.dtype())
            .setAttr("shape", shape)
            .build()
            .output(0);
    Operation assign =
        ops.builder("AssignVariableOp", "assign_" + number).addInput(handle).addInput(fed).build();
    Output<?> read =
        ops.builder("ReadVariableOp", "read_" + number)
            .addInput(handle)
            .setAttr("dtype", variable.dtype())
            .build()
            .output(0);
    places.put(name, new Place(variable.dtype(), shape, fed, assign, read));
  }

  Set<String> names() {
    return places.keySet();
  }

  /**
   * Gives variables their values, all in one run, since TensorFlow prepares the graph anew for each
   * set of nodes that is run.
   */
  void assign(Session session, Map<String, Filler> fillers) {
    List<Tensor> tensors = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      fillers.forEach(
          (name, filler) -> {
            Place place = places.get(name);
            Tensor tensor = Tensor.of(javaType(name, place.dtype), place.shape);
            tensors.add(tensor);
            filler.fill(new TensorBytes(tensor));
            runner.feed(place.fed, tensor).addTarget(place.assign);
          });
      runner.run().close();
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  /** Returns what reads a variable. */
  Output<?> read(String name) {
    return places.get(name).read;
  }

  private static Class<? extends TType> javaType(String name, DataType dtype) {
    return switch (dtype) {
      case DT_FLOAT -> TFloat32.class;
      case DT_DOUBLE -> TFloat64.class;
      case DT_HALF -> TFloat16.class;
      case DT_BFLOAT16 -> TBfloat16.class;
      case DT_INT32 -> TInt32.class;
      case DT_INT64 -> TInt64.class;
      case DT_UINT8 -> TUint8.class;
      case DT_BOOL -> TBool.class;
      default ->
          throw new EspalierException(
              "The forward function uses variable '%s' of type %s, which a session cannot be given"
                  .formatted(name, dtype));
    };
  }
}
