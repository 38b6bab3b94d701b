package org.espalier.tf.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.HostTensor;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;

/** The tensors of a snapshot as numbers, and numbers as what fills a session's variables. */
final class SessionTensors {
  private static final int CHUNK = 1 << 13;

  private final Trainer trainer;
  private final Snapshot snapshot;
  private final Map<String, Parameter> parameters;

  SessionTensors(Trainer trainer, Snapshot snapshot, ModelSpec spec) {
    this.trainer = trainer;
    this.snapshot = snapshot;
    this.parameters = spec.parametersByName();
  }

  /** Returns the value of a parameter. */
  HostTensor value(String parameter) {
    return get(TrainGraph.value(parameter), parameter);
  }

  /** Returns what a parameter's tensor, its value or a moment, holds. */
  HostTensor get(String name, String parameter) {
    Parameter of = parameters.get(parameter);
    if (!snapshot.contains(name) || !(isWide(of) || of.dtype() == DType.FLOAT32)) {
      throw new EspalierException(
          "'%s' of type %s is not at hand while the model trains on %d tensors; operators that take it cannot run there"
              .formatted(parameter, of.dtype(), trainer.held().size()));
    }
    double[] values = new double[Math.toIntExact(of.elements())];
    boolean wide = isWide(of);
    int size = of.dtype().bytes();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * size).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < values.length; at += CHUNK) {
      int count = Math.min(CHUNK, values.length - at);
      snapshot.get(name).get((long) at * size, chunk.clear().limit(count * size));
      chunk.flip();
      for (int i = 0; i < count; i++) {
        values[at + i] = wide ? chunk.getDouble() : chunk.getFloat();
      }
    }
    return HostTensor.of(of.dtype(), of.shape(), values);
  }

  /** Returns what fills a variable with numbers. */
  static SessionVariables.Filler filler(HostTensor tensor) {
    boolean wide = tensor.dtype() == DType.FLOAT64;
    return bytes -> {
      ByteBuffer chunk =
          ByteBuffer.allocate(CHUNK * tensor.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at < tensor.elements(); at += CHUNK) {
        int count = Math.min(CHUNK, tensor.elements() - at);
        chunk.clear();
        for (int i = 0; i < count; i++) {
          if (wide) {
            chunk.putDouble(tensor.at(at + i));
          } else {
            chunk.putFloat((float) tensor.at(at + i));
          }
        }
        bytes.put((long) at * tensor.dtype().bytes(), chunk.flip());
      }
    };
  }

  private static boolean isWide(Parameter parameter) {
    return parameter.dtype() == DType.FLOAT64;
  }
}
