package org.espalier.tf.family;

import static org.espalier.tf.family.Attributes.DYNAMIC;

import java.util.List;

/**
 * A batch of token ids or images, and its sizes.
 *
 * @param inputs the ids, of shape [sequences, length], or images
 * @param sequences how many sequences there are
 * @param length how long each is
 */
record Batch(Value inputs, Value sequences, Value length) {

  static Batch of(Scope scope, Value inputs) {
    Value shape = scope.shape("Shape", inputs);
    return new Batch(
        inputs, scope.element("sequences", shape, 0), scope.element("length", shape, 1));
  }

  /** Returns {@code x} of shape [sequences × length, width] as [sequences, length, width]. */
  Value unflatten(Scope scope, Value x) {
    int width = Math.toIntExact(x.fromEnd(1));
    Value shape =
        scope.pack("Reshape/shape", sequences, length, scope.whole("Reshape/shape/2", width));
    return scope.reshape("Reshape", x, shape, List.of(DYNAMIC, DYNAMIC, (long) width));
  }

  /** Returns the shape [sequences, length, heads, head size]. */
  Value perHead(Scope scope, ModelSizes sizes) {
    return scope.pack(
        "per_head",
        sequences,
        length,
        scope.whole("per_head/heads", sizes.heads()),
        scope.whole("per_head/head_size", sizes.headSize()));
  }
}
