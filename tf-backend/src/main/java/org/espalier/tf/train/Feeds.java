package org.espalier.tf.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** The tensors that one run of a body is fed; close it after the run. */
final class Feeds implements AutoCloseable {
  private final Map<Output<?>, Tensor> tensors = new LinkedHashMap<>();

  /** Feeds inputs, labels and weights of a body. */
  static Feeds of(Graph graph, GraphAssembly.Body body, Example example) {
    Feeds feeds = new Feeds();
    try {
      body.inputs().forEach((role, name) -> feeds.addInput(graph, role, name, example));
      AskedRows asked =
          body.positions().isPresent() ? AskedRows.weighted(example) : AskedRows.all(example);
      body.positions().ifPresent(name -> feeds.addIntegers(graph, name, asked.positions()));
      feeds.addIntegers(graph, body.loss().labels(), asked.labels());
      feeds.add(
          output(graph, body.loss().weights()),
          TFloat32.tensorOf(Shape.of(asked.weights().length), DataBuffers.of(asked.weights())));
      return feeds;
    } catch (RuntimeException e) {
      feeds.close();
      throw e;
    }
  }

  /** Feeds what random numbers are drawn for: the step, and the part of its batch. */
  void addCounter(Graph graph, long step, int part) {
    add(
        output(graph, StatelessRandom.COUNTER),
        TInt64.vectorOf(0, StatelessRandom.counter(step, part)));
  }

  void add(Output<?> placeholder, Tensor tensor) {
    tensors.put(placeholder, tensor);
  }

  Session.Runner feed(Session.Runner runner) {
    tensors.forEach(runner::feed);
    return runner;
  }

  private void addIntegers(Graph graph, String name, int[] values) {
    add(output(graph, name), TInt32.tensorOf(Shape.of(values.length), DataBuffers.of(values)));
  }

  private void addInput(Graph graph, InputRole role, String name, Example example) {
    Output<?> placeholder = output(graph, name);
    List<Long> sizes = example.shape().input();
    Shape shape = Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    Tensor tensor =
        example instanceof ImageExample images
            ? FedValues.ofFloats(images.pixels(), placeholder.dataType(), shape)
            : FedValues.ofInts(
                integers(role, (TokenExample) example, shape), placeholder.dataType(), shape);
    if (tensor == null) {
      throw new EspalierException(
          "Input '%s' of the forward function is of type %s, which cannot be fed %s"
              .formatted(name, placeholder.dataType(), role.label()));
    }
    add(placeholder, tensor);
  }

  private static int[] integers(InputRole role, TokenExample example, Shape shape) {
    return switch (role) {
      case TOKENS -> example.tokens();
      case SEGMENTS -> example.segments();
      case MASK -> example.attended();
      case POSITIONS -> positions(shape);
      case IMAGES -> throw new IllegalArgumentException("images are asked for, tokens are there");
    };
  }

  private static Output<?> output(Graph graph, String name) {
    return graph.operation(name).output(0);
  }

  private static int[] positions(Shape shape) {
    int[] positions = new int[(int) shape.size()];
    Arrays.setAll(positions, i -> i % (int) shape.get(1));
    return positions;
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}
