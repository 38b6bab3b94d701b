package org.espalier.tf.family;

import java.util.List;
import java.util.Optional;

/** BERT with its head for masked tokens (Devlin et al., 2018; code of google-research/bert). */
final class BertBody implements FamilyBody {
  /** As in BERT's code; its softmax weight is 0 unless all positions are masked. */
  private static final double MASKED = -10_000;

  private final FamilyOptions options;

  BertBody(FamilyOptions options) {
    this.options = options;
  }

  @Override
  public List<TensorSpec> arguments() {
    return List.of(
        TensorSpec.ids("input_ids"),
        TensorSpec.ids("attention_mask"),
        TensorSpec.ids("token_type_ids"));
  }

  @Override
  public List<TensorSpec> outputs() {
    TensorSpec logits = TensorSpec.tokenLogits(options);
    return options.pooler() ? List.of(logits, TensorSpec.pooled(options)) : List.of(logits);
  }

  @Override
  public List<Value> build(Scope scope, Layers layers, List<Value> inputs) {
    ModelSizes sizes = layers.options().sizes();
    Scope shapes = scope.in("shapes");
    Batch batch = Batch.of(shapes, inputs.get(0));
    Value mask = mask(scope.in("mask"), inputs.get(1));
    Block block = new Block(layers, batch.perHead(shapes, sizes), Optional.of(mask));

    Value x = embeddings(scope.in("embeddings"), layers, batch, inputs.get(2));
    for (int i = 0; i < sizes.blocks(); i++) {
      x = block.build(scope.in("encoder").in("layer_" + i), "encoder/layer/" + i, x);
    }
    Value logits = head(scope.in("head"), layers, batch, x);
    return options.pooler()
        ? List.of(logits, pooled(scope.in("pooler"), layers, batch, x))
        : List.of(logits);
  }

  /** 0 where a position may be seen and {@link #MASKED} elsewhere, as [sequences, 1, 1, length]. */
  private static Value mask(Scope scope, Value attentionMask) {
    Value hidden = scope.subtract("sub", scope.number("one", 1), scope.cast("Cast", attentionMask));
    Value added = scope.multiply("mul", hidden, scope.number("masked", MASKED));
    return scope.expandDimensions(
        "ExpandDims_1", scope.expandDimensions("ExpandDims", added, 1), 1);
  }

  private static Value embeddings(Scope scope, Layers layers, Batch batch, Value tokenTypes) {
    Value sum = Embeddings.build(scope, layers, batch);
    Value types =
        scope.gatherRows(
            "type/embedding_lookup", layers.variable("embeddings/type/table"), tokenTypes);
    Value flat = Embeddings.flatten(scope, layers, scope.add("add_1", sum, types));
    return layers.dropout(scope, layers.norm(scope.in("norm"), "embeddings/norm", flat));
  }

  /** tanh(x·W + b) of the first position of each sequence. */
  private static Value pooled(Scope scope, Layers layers, Batch batch, Value x) {
    Value first = scope.firstOfEach("strided_slice", batch.unflatten(scope, x));
    return scope.tanh("Tanh", layers.dense(scope, "pooler", first));
  }

  private static Value head(Scope scope, Layers layers, Batch batch, Value x) {
    Value transformed = layers.dense(scope.in("transform"), "head/transform", x);
    Value active = layers.activation(scope.in("activation"), transformed);
    Value normed = layers.norm(scope.in("norm"), "head/norm", active);
    Value product = Embeddings.logits(scope, layers, normed);
    Value bias = scope.read("BiasAdd/ReadVariableOp", layers.variable("head/bias"));
    return batch.unflatten(scope, scope.biasAdd("BiasAdd", product, bias));
  }
}
