package org.espalier.tf.family;

/**
 * The sizes of a batch of token ids that are known only at run time.
 *
 * @param inputIds the ids, of shape [sequences, length]
 * @param sequences how many sequences there are
 * @param length how long each is
 */
record Batch(Value inputIds, Value sequences, Value length) {

  static Batch of(Scope scope, Value inputIds) {
    Value shape = scope.shape("Shape", inputIds);
    return new Batch(
        inputIds, scope.element("sequences", shape, 0), scope.element("length", shape, 1));
  }

  /** Returns the shape [sequences, length, width]. */
  Value with(Scope scope, String name, int width) {
    return scope.pack(name, sequences, length, scope.whole(name + "/width", width));
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
