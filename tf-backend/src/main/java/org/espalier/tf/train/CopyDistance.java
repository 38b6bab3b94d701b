package org.espalier.tf.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.espalier.api.DType;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;

/**
 * How far blocks that began as copies of the same block have moved from each other.
 *
 * <p>The distance of two tensors a and b is 2 ‖a − b‖ / (‖a‖ + ‖b‖), Euclidean norms over all
 * elements, and 0 where both are zero: 0 where they are equal, √2 for random ones of equal norm, 2
 * for opposite ones. That of two blocks is its mean over their parameters of two axes or more;
 * biases and norms are left out, since they begin equal in all blocks. Each further copy is
 * measured from the first, and the mean over them is the result. Only float32 and float64
 * parameters that the session holds are measured.
 */
final class CopyDistance {
  private static final int CHUNK = 1 << 16;

  private record Pair(Parameter first, Parameter other) {}

  private final List<Pair> pairs = new ArrayList<>();

  CopyDistance(ModelSpec spec, Trainer trainer, List<BlockCopies.Copy> copies) {
    Set<String> held = trainer.held().stream().map(ModelVariable::name).collect(Collectors.toSet());
    for (BlockCopies.Copy copy : copies) {
      for (Parameter first : spec.parametersOf(copy.first())) {
        Parameter other = first.inBlock(copy.other());
        boolean known = first.dtype() == DType.FLOAT32 || first.dtype() == DType.FLOAT64;
        if (known
            && first.shape().size() >= 2
            && held.contains(first.name())
            && held.contains(other.name())) {
          pairs.add(new Pair(first, other));
        }
      }
    }
  }

  /** Measures, and changes nothing; empty where there are no copies. */
  OptionalDouble measure(Trainer trainer) {
    if (pairs.isEmpty()) {
      return OptionalDouble.empty();
    }
    Set<String> names = new TreeSet<>();
    pairs.forEach(pair -> names.addAll(List.of(name(pair.first()), name(pair.other()))));
    try (Snapshot snapshot = trainer.snapshot(names)) {
      return pairs.stream().mapToDouble(pair -> distance(pair, snapshot)).average();
    }
  }

  private static String name(Parameter parameter) {
    return TrainGraph.value(parameter.name());
  }

  private static double distance(Pair pair, Snapshot snapshot) {
    TensorBytes first = snapshot.get(name(pair.first()));
    TensorBytes other = snapshot.get(name(pair.other()));
    boolean wide = pair.first().dtype() == DType.FLOAT64;
    ByteBuffer a = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer b = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    Sums sums = new Sums();
    for (long at = 0; at < first.size(); at += CHUNK) {
      int bytes = (int) Math.min(CHUNK, first.size() - at);
      first.get(at, a.clear().limit(bytes));
      other.get(at, b.clear().limit(bytes));
      a.flip();
      b.flip();
      while (a.hasRemaining()) {
        if (wide) {
          sums.add(a.getDouble(), b.getDouble());
        } else {
          sums.add(a.getFloat(), b.getFloat());
        }
      }
    }
    return sums.distance();
  }

  /** Squares of two tensors and of their difference, added up. */
  static final class Sums {
    private double first;
    private double other;
    private double difference;

    void add(double a, double b) {
      first += a * a;
      other += b * b;
      difference += (a - b) * (a - b);
    }

    double distance() {
      double norms = Math.sqrt(first) + Math.sqrt(other);
      return norms == 0 ? 0 : 2 * Math.sqrt(difference) / norms;
    }
  }
}
