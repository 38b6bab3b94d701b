package org.espalier.tf.family;

import static org.espalier.tf.family.Attributes.DYNAMIC;

import java.util.List;
import org.tensorflow.proto.DataType;

/**
 * A tensor that a model takes or gives.
 *
 * @param name as users write it
 * @param type its element type
 * @param sizes its shape, with {@link Attributes#DYNAMIC} for the sizes known only at run time
 */
record TensorSpec(String name, DataType type, List<Long> sizes) {
  TensorSpec {
    sizes = List.copyOf(sizes);
  }

  /** Returns token ids, token types or an attention mask, of shape [sequences, length]. */
  static TensorSpec ids(String name) {
    return new TensorSpec(name, DataType.DT_INT32, List.of(DYNAMIC, DYNAMIC));
  }

  /** Returns images, of shape [images, height, width, channels]. */
  static TensorSpec images(FamilyOptions options) {
    ImageSizes sizes = options.sizes().image().orElseThrow();
    return new TensorSpec(
        "images",
        Types.of(options.dtype()),
        List.of(DYNAMIC, (long) sizes.image(), (long) sizes.image(), (long) sizes.channels()));
  }

  /** Returns the logits of every position, of shape [sequences, length, vocabulary]. */
  static TensorSpec tokenLogits(FamilyOptions options) {
    return logits(options, List.of(DYNAMIC, DYNAMIC, (long) options.sizes().vocabulary()));
  }

  /** Returns the logits of every image, of shape [images, classes]. */
  static TensorSpec classLogits(FamilyOptions options) {
    long classes = options.sizes().image().orElseThrow().classes();
    return logits(options, List.of(DYNAMIC, classes));
  }

  private static TensorSpec logits(FamilyOptions options, List<Long> sizes) {
    return new TensorSpec("logits", Types.of(options.dtype()), sizes);
  }

  /** Returns what the pooler makes of each sequence, of shape [sequences, residual]. */
  static TensorSpec pooled(FamilyOptions options) {
    return new TensorSpec(
        "pooled", Types.of(options.dtype()), List.of(DYNAMIC, (long) options.sizes().residual()));
  }
}
