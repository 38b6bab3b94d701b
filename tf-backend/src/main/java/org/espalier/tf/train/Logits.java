package org.espalier.tf.train;

import com.google.common.base.Joiner;
import com.google.common.primitives.Longs;
import java.util.Arrays;
import java.util.List;
import org.espalier.api.EspalierException;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/**
 * The logits of a prepared body, of a type that can be trained.
 *
 * @param leading their shape but for the last axis: [batch, sequence] or [batch], or [-1] where
 *     they are of as many rows as a step chooses
 * @param classes size of the last axis: of the vocabulary, or the number of image classes
 */
record Logits(TensorRef tensor, DataType dtype, List<Long> leading, long classes) {

  /**
   * Reads type and shape out of the imported body.
   *
   * @throws EspalierException if they are not those of logits of such labels
   */
  static Logits of(Graph types, TensorRef tensor, StepShape step) {
    Output<?> output = types.operation(tensor.node()).output(tensor.index());
    long[] shape = output.shape().asArray();
    int axes = step.labels().size();
    boolean legal =
        shape != null
            && shape.length == axes + 1
            && Longs.asList(Arrays.copyOf(shape, axes)).equals(step.labels())
            && shape[axes] > 0;
    if (!legal) {
      throw new EspalierException(
          "The model's output '%s' has the shape %s; logits of shape [%s, %s] are needed"
              .formatted(
                  tensor,
                  Arrays.toString(shape),
                  Joiner.on(", ").join(step.labels()),
                  step.isImages() ? "classes" : "vocabulary"));
    }
    DataType dtype = output.dataType();
    if (dtype != DataType.DT_FLOAT && dtype != DataType.DT_DOUBLE) {
      throw new EspalierException(
          "The model's logits are of type %s; float32 and float64 can be trained".formatted(dtype));
    }
    return new Logits(tensor, dtype, step.labels(), shape[axes]);
  }

  /** Those of a body that {@link ChosenRows} changed: the same, of as many rows as are chosen. */
  static Logits ofChosenRows(Graph types, TensorRef tensor) {
    Output<?> output = types.operation(tensor.node()).output(tensor.index());
    return new Logits(tensor, output.dataType(), List.of(-1L), output.shape().get(1));
  }

  /** The number of rows, which is that of labels; -1 if each step chooses some. */
  long rows() {
    return leading.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /** Their whole shape. */
  long[] shape() {
    long[] shape = Arrays.copyOf(Longs.toArray(leading), leading.size() + 1);
    shape[leading.size()] = classes;
    return shape;
  }
}
