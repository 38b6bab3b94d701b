package org.espalier.tf.family;

import static org.espalier.tf.family.Attributes.DYNAMIC;

import java.util.List;
import java.util.Optional;
import org.espalier.api.ModelAttributes.NormPlacement;

/**
 * Builds one transformer block (Vaswani et al., 2017) on activations of shape [batch × sequence,
 * residual].
 */
final class Block {
  private final Layers layers;
  private final Value perHead;
  private final Optional<Value> mask;

  /**
   * Creates a builder of blocks that see the same batch.
   *
   * @param perHead the shape [sequences, length, heads, head size]
   * @param mask added to the attention scores, broadcast to [sequences, heads, length, length];
   *     empty where every position sees every other
   */
  Block(Layers layers, Value perHead, Optional<Value> mask) {
    this.layers = layers;
    this.perHead = perHead;
    this.mask = mask;
  }

  /** Returns what the block at {@code path} makes of {@code x}. */
  Value build(Scope scope, String path, Value x) {
    boolean pre = layers.options().attributes().norm() == NormPlacement.PRE;
    Scope attention = scope.in("attention");
    Scope ffn = scope.in("ffn");
    String attentionPath = path + "/attention";
    String ffnPath = path + "/ffn";
    if (pre) {
      Value normed = layers.norm(attention.in("norm"), attentionPath + "/norm", x);
      Value between = attention.add("add", x, attention(attention, attentionPath, normed));
      Value normedAgain = layers.norm(ffn.in("norm"), ffnPath + "/norm", between);
      return ffn.add("add", between, feedForward(ffn, ffnPath, normedAgain));
    }
    Value sum = attention.add("add", attention(attention, attentionPath, x), x);
    Value between = layers.norm(attention.in("norm"), attentionPath + "/norm", sum);
    Value sumAgain = ffn.add("add", feedForward(ffn, ffnPath, between), between);
    return layers.norm(ffn.in("norm"), ffnPath + "/norm", sumAgain);
  }

  /** softmax(q·kᵀ/√head_size + mask)·v for each head, and the projection back. */
  private Value attention(Scope scope, String path, Value x) {
    ModelSizes sizes = layers.options().sizes();
    Scope queryScope = scope.in("query");
    Value projected = layers.dense(queryScope, path + "/query", x);
    Value scaled =
        queryScope.multiply(
            "mul", projected, queryScope.number("scale", 1 / Math.sqrt(sizes.headSize())));
    Value query = split(queryScope, scaled);
    Value key = split(scope.in("key"), layers.dense(scope.in("key"), path + "/key", x));
    Value value = split(scope.in("value"), layers.dense(scope.in("value"), path + "/value", x));

    Scope scores = scope.in("scores");
    Value products = scores.batchMatMul("BatchMatMulV2", query, key, true);
    Value masked = mask.map(added -> scores.add("add", products, added)).orElse(products);
    Value weights = layers.dropout(scores, scores.softmax("Softmax", masked));

    Scope context = scope.in("context");
    Value perHeadContext = context.batchMatMul("BatchMatMulV2", weights, value, false);
    Value byPosition = context.transpose("transpose", perHeadContext, 0, 2, 1, 3);
    Value joined =
        context.reshape(
            "Reshape",
            byPosition,
            context.wholes("Reshape/shape", -1, sizes.attention()),
            List.of(DYNAMIC, (long) sizes.attention()));

    Scope output = scope.in("output");
    return layers.dropout(output, layers.dense(output, path + "/output", joined));
  }

  /** [batch × sequence, heads × head size] to [batch, heads, sequence, head size]. */
  private Value split(Scope scope, Value joined) {
    ModelSizes sizes = layers.options().sizes();
    List<Long> split = List.of(DYNAMIC, DYNAMIC, (long) sizes.heads(), (long) sizes.headSize());
    Value byPosition = scope.reshape("Reshape", joined, perHead, split);
    return scope.transpose("transpose", byPosition, 0, 2, 1, 3);
  }

  private Value feedForward(Scope scope, String path, Value x) {
    Scope input = scope.in("input");
    Value hidden = layers.dense(input, path + "/input", x);
    Value active = layers.activation(scope.in("activation"), hidden);
    Scope output = scope.in("output");
    return layers.dropout(output, layers.dense(output, path + "/output", active));
  }
}
