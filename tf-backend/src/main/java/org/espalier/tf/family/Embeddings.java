package org.espalier.tf.family;

import static org.espalier.tf.family.Attributes.DYNAMIC;

import java.util.List;

/** The parts of a family outside its blocks that both share. */
final class Embeddings {
  private static final String WORD_TABLE = "embeddings/word/table";
  private static final String POSITION_TABLE = "embeddings/position/table";

  private Embeddings() {}

  /** Returns the sum of token and position embeddings, of shape [sequences, length, residual]. */
  static Value build(Scope scope, Layers layers, Batch batch) {
    Value words =
        scope.gatherRows("word/embedding_lookup", layers.variable(WORD_TABLE), batch.inputIds());
    Scope position = scope.in("position");
    Value table = position.read("Slice/ReadVariableOp", layers.variable(POSITION_TABLE));
    // Slice, unlike StridedSlice, refuses a sequence that is longer than the table.
    Value rows = position.firstRows("Slice", table, batch.length());
    return scope.add("add", words, rows);
  }

  /** Returns {@code x} of shape [sequences, length, residual] as [sequences × length, residual]. */
  static Value flatten(Scope scope, Layers layers, Value x) {
    int residual = layers.options().sizes().residual();
    return scope.reshape(
        "Reshape",
        x,
        scope.wholes("Reshape/shape", -1, residual),
        List.of(DYNAMIC, (long) residual));
  }

  /** Returns x·Eᵀ for the token table E: the tied head, without its bias. */
  static Value tiedLogits(Scope scope, Layers layers, Value x) {
    Value table = scope.read("MatMul/ReadVariableOp", layers.variable(WORD_TABLE));
    return scope.matMul("MatMul", x, table, true);
  }
}
