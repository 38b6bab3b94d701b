package org.espalier.tf.family;

import java.util.List;
import java.util.Optional;

/** GPT-2 (Radford et al., 2019; code of openai/gpt-2). */
final class GptBody implements FamilyBody {
  /** As in GPT-2's code; its softmax weight is 0. */
  private static final double MASKED = -1e10;

  private final FamilyOptions options;

  GptBody(FamilyOptions options) {
    this.options = options;
  }

  @Override
  public List<TensorSpec> arguments() {
    return List.of(TensorSpec.ids("input_ids"));
  }

  @Override
  public List<TensorSpec> outputs() {
    return List.of(TensorSpec.tokenLogits(options));
  }

  @Override
  public List<Value> build(Scope scope, Layers layers, List<Value> inputs) {
    ModelSizes sizes = layers.options().sizes();
    Scope shapes = scope.in("shapes");
    Batch batch = Batch.of(shapes, inputs.get(0));
    Value mask = causalMask(scope.in("mask"), batch);
    Block block = new Block(layers, batch.perHead(shapes, sizes), Optional.of(mask));

    Scope embeddings = scope.in("embeddings");
    Value sum = Embeddings.build(embeddings, layers, batch);
    Value x = layers.dropout(embeddings, Embeddings.flatten(embeddings, layers, sum));
    for (int i = 0; i < sizes.blocks(); i++) {
      x = block.build(scope.in("decoder").in("layer_" + i), "decoder/layer/" + i, x);
    }
    Value normed = layers.norm(scope.in("final").in("norm"), "final/norm", x);
    Scope head = scope.in("head");
    return List.of(batch.unflatten(head, Embeddings.logits(head, layers, normed)));
  }

  /** 0 where a query at row i may see a key at column j ≤ i, {@link #MASKED} elsewhere. */
  private static Value causalMask(Scope scope, Batch batch) {
    Value positions = scope.range("range", batch.length());
    Value rows = scope.expandDimensions("ExpandDims", positions, 1);
    Value seen = scope.greaterEqual("GreaterEqual", rows, positions);
    return scope.select("SelectV2", seen, scope.number("seen", 0), scope.number("masked", MASKED));
  }
}
