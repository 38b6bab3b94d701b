package org.espalier.tf.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** The tensors that one run of a body is fed; close it after the run. */
final class Feeds implements AutoCloseable {
  private final Map<Output<?>, Tensor> tensors = new LinkedHashMap<>();

  /** Feeds inputs, labels and weights of a body. */
  static Feeds of(Graph graph, GraphAssembly.Body body, Example example) {
    Feeds feeds = new Feeds();
    try {
      Shape shape = Shape.of(example.tokens().length, example.tokens()[0].length);
      body.inputs().forEach((role, name) -> feeds.addInput(graph, role, name, example, shape));
      Shape rows = Shape.of(shape.size());
      feeds.add(output(graph, body.loss().labels()), integers(flat(example.labels()), rows));
      feeds.add(
          output(graph, body.loss().weights()),
          TFloat32.tensorOf(rows, DataBuffers.of(flat(example.weights()))));
      return feeds;
    } catch (RuntimeException e) {
      feeds.close();
      throw e;
    }
  }

  /** Feeds the step that random numbers are drawn for. */
  void addCounter(Graph graph, long step) {
    add(output(graph, StatelessRandom.COUNTER), TInt64.vectorOf(0, step));
  }

  void add(Output<?> placeholder, Tensor tensor) {
    tensors.put(placeholder, tensor);
  }

  Session.Runner feed(Session.Runner runner) {
    tensors.forEach(runner::feed);
    return runner;
  }

  private void addInput(Graph graph, InputRole role, String name, Example example, Shape shape) {
    Output<?> placeholder = output(graph, name);
    int[] values =
        switch (role) {
          case TOKENS -> flat(example.tokens());
          case SEGMENTS -> new int[(int) shape.size()];
          case MASK -> ones((int) shape.size());
          case POSITIONS -> positions(shape);
        };
    add(placeholder, tensor(name, placeholder.dataType(), values, shape));
  }

  private static Tensor tensor(String name, DataType dtype, int[] values, Shape shape) {
    return switch (dtype) {
      case DT_INT32 -> integers(values, shape);
      case DT_INT64 -> {
        long[] longs = new long[values.length];
        for (int i = 0; i < values.length; i++) {
          longs[i] = values[i];
        }
        yield TInt64.tensorOf(shape, DataBuffers.of(longs));
      }
      case DT_FLOAT -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
          floats[i] = values[i];
        }
        yield TFloat32.tensorOf(shape, DataBuffers.of(floats));
      }
      case DT_DOUBLE -> {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
          doubles[i] = values[i];
        }
        yield TFloat64.tensorOf(shape, DataBuffers.of(doubles));
      }
      case DT_BOOL -> {
        boolean[] booleans = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
          booleans[i] = values[i] != 0;
        }
        yield TBool.tensorOf(shape, DataBuffers.of(booleans));
      }
      default ->
          throw new EspalierException(
              "Input '%s' of the forward function is of type %s, which cannot be fed"
                  .formatted(name, dtype));
    };
  }

  private static TInt32 integers(int[] values, Shape shape) {
    return TInt32.tensorOf(shape, DataBuffers.of(values));
  }

  private static Output<?> output(Graph graph, String name) {
    return graph.operation(name).output(0);
  }

  private static int[] ones(int size) {
    int[] ones = new int[size];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static int[] positions(Shape shape) {
    int[] positions = new int[(int) shape.size()];
    Arrays.setAll(positions, i -> i % (int) shape.get(1));
    return positions;
  }

  private static int[] flat(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}
