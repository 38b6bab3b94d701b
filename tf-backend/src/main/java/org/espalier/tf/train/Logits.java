package org.espalier.tf.train;

import java.util.Arrays;
import org.espalier.api.EspalierException;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** The logits of a prepared body: [batch, sequence, vocabulary], of a type that can be trained. */
record Logits(TensorRef tensor, DataType dtype, long batch, long sequence, long vocabulary) {

  /**
   * Reads type and shape out of the imported body.
   *
   * @throws EspalierException if they are not those of token logits
   */
  static Logits of(Graph types, TensorRef tensor, int batch, int sequence) {
    Output<?> output = types.operation(tensor.node()).output(tensor.index());
    long[] shape = output.shape().asArray();
    boolean legal =
        shape != null
            && shape.length == 3
            && shape[0] == batch
            && shape[1] == sequence
            && shape[2] > 0;
    if (!legal) {
      throw new EspalierException(
          "The model's output '%s' has the shape %s; token logits of shape [%d, %d, vocabulary] are needed"
              .formatted(tensor, Arrays.toString(shape), batch, sequence));
    }
    DataType dtype = output.dataType();
    if (dtype != DataType.DT_FLOAT && dtype != DataType.DT_DOUBLE) {
      throw new EspalierException(
          "The model's logits are of type %s; float32 and float64 can be trained".formatted(dtype));
    }
    return new Logits(tensor, dtype, batch, sequence, shape[2]);
  }

  long rows() {
    return batch * sequence;
  }
}
