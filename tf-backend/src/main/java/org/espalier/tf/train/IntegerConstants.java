package org.espalier.tf.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Reads axes, orders of axes and sizes out of a graph, where constants alone decide them. */
final class IntegerConstants {
  /** Exporters put such a vector together in one or two steps. */
  private static final int DEPTH = 4;

  private static final int MOST = 64;

  private final GraphEdit graph;

  IntegerConstants(GraphEdit graph) {
    this.graph = graph;
  }

  /** Returns the elements of a scalar or vector of integers. */
  Optional<List<Long>> of(String tensor) {
    return of(TensorRef.parse(tensor), DEPTH);
  }

  private Optional<List<Long>> of(TensorRef tensor, int depth) {
    NodeDef.Builder node = graph.node(tensor.node());
    if (node == null || depth == 0) {
      return Optional.empty();
    }
    return switch (node.getOp()) {
      case "Const" -> constant(node.getAttrOrThrow("value").getTensor());
      case "Identity" -> of(TensorRef.parse(node.getInput(0)), depth - 1);
      case "Pack" -> joined(node.getInputList(), depth - 1);
      // Of vectors, so the axis is 0.
      case "ConcatV2" ->
          joined(node.getInputList().subList(0, node.getInputCount() - 1), depth - 1);
      default -> Optional.empty();
    };
  }

  private Optional<List<Long>> joined(List<String> parts, int depth) {
    List<Long> all = new ArrayList<>();
    for (String part : parts) {
      Optional<List<Long>> values = of(TensorRef.parse(part), depth);
      if (values.isEmpty() || all.size() + values.get().size() > MOST) {
        return Optional.empty();
      }
      all.addAll(values.get());
    }
    return Optional.of(all);
  }

  private static Optional<List<Long>> constant(TensorProto value) {
    long count = value.getTensorShape().getDimList().stream().mapToLong(d -> d.getSize()).sum();
    int axes = value.getTensorShape().getDimCount();
    if (axes > 1 || count > MOST) {
      return Optional.empty();
    }
    List<Long> stored = stored(value);
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < (axes == 0 ? 1 : count); i++) {
      if (stored.isEmpty()) {
        return Optional.empty();
      }
      // The last value that is stored stands for all after it.
      all.add(stored.get(Math.min(i, stored.size() - 1)));
    }
    return Optional.of(all);
  }

  private static List<Long> stored(TensorProto value) {
    ByteBuffer content = value.getTensorContent().asReadOnlyByteBuffer();
    content.order(ByteOrder.LITTLE_ENDIAN);
    List<Long> stored = new ArrayList<>();
    switch (value.getDtype()) {
      case DT_INT32 -> {
        value.getIntValList().forEach(i -> stored.add((long) i));
        while (content.remaining() >= Integer.BYTES) {
          stored.add((long) content.getInt());
        }
      }
      case DT_INT64 -> {
        stored.addAll(value.getInt64ValList());
        while (content.remaining() >= Long.BYTES) {
          stored.add(content.getLong());
        }
      }
      default -> {}
    }
    return stored;
  }
}
