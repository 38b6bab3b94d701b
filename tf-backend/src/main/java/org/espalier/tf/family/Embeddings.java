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
        scope.gatherRows("word/embedding_lookup", layers.variable(WORD_TABLE), batch.inputs());
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

  /** Returns x·Eᵀ for the token table E, or x·W where the head is not tied; without its bias. */
  static Value logits(Scope scope, Layers layers, Value x) {
    boolean tied = layers.options().tiedHead();
    String path = tied ? WORD_TABLE : "head/kernel";
    Value matrix = scope.read("MatMul/ReadVariableOp", layers.variable(path));
    return scope.matMul("MatMul", x, matrix, tied);
  }
}
