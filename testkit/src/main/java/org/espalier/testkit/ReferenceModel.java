package org.espalier.testkit;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.espalier.api.HostTensor;
import org.espalier.api.ModelAttributes.Activation;
import org.espalier.api.ModelAttributes.NormPlacement;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;

/**
 * A transformer's forward pass in float64, by the roles of its parameters: what a spec of BERT, GPT
 * or ViT shape computes.
 *
 * <p>It shares no code with the TensorFlow backend. Formulas: Vaswani et al., 2017; norms before or
 * after the residual sums as the attributes say; a BERT transform before the head where there is
 * one; the head is the token table if tied, else its own kernel. Images are taken as patches, and
 * the logits are those of the class token. Immutable and thread-safe.
 */
public final class ReferenceModel {
  private final ModelSpec spec;
  private final Map<String, double[]> outside;
  private final Map<Integer, Map<String, double[]>> blocks;
  private final double epsilon;

  /**
   * Creates the model of a spec and its tensors.
   *
   * @throws EspalierException if the norm's ε is not known
   */
  public ReferenceModel(ModelSpec spec, Map<String, HostTensor> tensors) {
    this.spec = spec;
    this.epsilon =
        spec.attributes()
            .normEpsilon()
            .orElseThrow(() -> new EspalierException("The norm's epsilon is not known"));
    this.outside = byRole(spec, tensors, Parameter.OUTSIDE);
    this.blocks =
        spec.parameters().stream()
            .filter(Parameter::inBlocks)
            .map(Parameter::block)
            .distinct()
            .collect(Collectors.toMap(block -> block, block -> byRole(spec, tensors, block)));
  }

  private static Map<String, double[]> byRole(
      ModelSpec spec, Map<String, HostTensor> tensors, int block) {
    return spec.parameters().stream()
        .filter(parameter -> parameter.block() == block)
        .collect(Collectors.toMap(Parameter::role, p -> tensors.get(p.name()).values()));
  }

  /** Returns whether a spec is of a shape whose forward pass is known here. */
  public static boolean knows(ModelSpec spec) {
    return spec.attributes().normEpsilon().isPresent()
        && spec.attributes().norm() != NormPlacement.UNKNOWN
        && spec.attributes().activation() != Activation.UNKNOWN
        && spec.dimensions().keySet().containsAll(java.util.List.of("residual", "heads"))
        && spec.parameters().stream().anyMatch(p -> p.role().equals(Roles.EMBEDDING_POSITION));
  }

  /**
   * Returns the logits of each position, one row each.
   *
   * @param tokens token ids; for images, a number that each patch is made from
   */
  public double[][] logits(int... tokens) {
    double[][] x = outside.containsKey(Roles.EMBEDDING_WORD) ? embed(tokens) : patches(tokens);
    if (outside.containsKey(Roles.EMBEDDING_NORM_SCALE)) {
      x = norm(x, outside, "embedding.norm");
    }
    for (int block = 0; block < spec.blocks(); block++) {
      x = block(x, blocks.get(block));
    }
    if (outside.containsKey(Roles.FINAL_NORM_SCALE)) {
      x = norm(x, outside, "final.norm");
    }
    if (outside.containsKey(Roles.HEAD_TRANSFORM_KERNEL)) {
      x = norm(activated(dense(x, outside, "head.transform")), outside, "head.norm");
    }
    if (!spec.attributes().tiedHead()) {
      return dense(new double[][] {x[0]}, outside, "head");
    }
    double[][] logits = Matrices.timesTransposed(x, table(Roles.EMBEDDING_WORD));
    return outside.containsKey(Roles.HEAD_BIAS)
        ? Matrices.plusRow(logits, outside.get(Roles.HEAD_BIAS))
        : logits;
  }

  private double[][] table(String role) {
    return Matrices.of(outside.get(role), spec.dimension("residual"));
  }

  private double[][] embed(int... tokens) {
    double[][] words = table(Roles.EMBEDDING_WORD);
    double[][] positions = table(Roles.EMBEDDING_POSITION);
    double[][] x = new double[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      x[i] = Matrices.plus(words[tokens[i]], positions[i]);
      if (outside.containsKey(Roles.EMBEDDING_TYPE)) {
        x[i] = Matrices.plus(x[i], table(Roles.EMBEDDING_TYPE)[i % 2]);
      }
    }
    return x;
  }

  private double[][] patches(int... tokens) {
    int width = spec.dimension("residual");
    int elements = outside.get("embedding.patch.kernel").length / width;
    double[][] images = new double[tokens.length][elements];
    for (int i = 0; i < tokens.length; i++) {
      int token = tokens[i];
      Arrays.setAll(images[i], j -> Math.sin(token + 2.0 * j));
    }
    double[][] patches = dense(images, outside, "embedding.patch");
    double[][] x = new double[tokens.length + 1][];
    double[][] positions = table(Roles.EMBEDDING_POSITION);
    x[0] = Matrices.plus(outside.get("embedding.class"), positions[0]);
    for (int i = 1; i < x.length; i++) {
      x[i] = Matrices.plus(patches[i - 1], positions[i]);
    }
    return x;
  }

  private double[][] block(double[][] x, Map<String, double[]> weights) {
    if (spec.attributes().norm() == NormPlacement.PRE) {
      double[][] between = Matrices.plus(x, attention(norm(x, weights, "attention.norm"), weights));
      return Matrices.plus(between, feedForward(norm(between, weights, "ffn.norm"), weights));
    }
    double[][] between = norm(Matrices.plus(x, attention(x, weights)), weights, "attention.norm");
    return norm(Matrices.plus(between, feedForward(between, weights)), weights, "ffn.norm");
  }

  private double[][] attention(double[][] x, Map<String, double[]> weights) {
    double[][] context =
        Attention.context(
            dense(x, weights, "attention.query"),
            dense(x, weights, "attention.key"),
            dense(x, weights, "attention.value"),
            spec.dimension("heads"),
            spec.attributes().causal());
    return dense(context, weights, "attention.output");
  }

  private double[][] feedForward(double[][] x, Map<String, double[]> weights) {
    return dense(activated(dense(x, weights, "ffn.input")), weights, "ffn.output");
  }

  private static double[][] dense(double[][] x, Map<String, double[]> weights, String role) {
    double[] bias = weights.get(role + ".bias");
    return Matrices.plusRow(
        Matrices.times(x, Matrices.of(weights.get(role + ".kernel"), bias.length)), bias);
  }

  private double[][] activated(double[][] x) {
    return Matrices.map(x, value -> Activations.apply(spec.attributes().activation(), value));
  }

  private double[][] norm(double[][] x, Map<String, double[]> weights, String role) {
    double[] scale = weights.get(role + ".scale");
    double[] offset = weights.get(role + ".offset");
    double[][] result = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double mean = Arrays.stream(x[i]).average().orElseThrow();
      double variance =
          Arrays.stream(x[i]).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      double[] row = x[i];
      result[i] = new double[row.length];
      Arrays.setAll(
          result[i], j -> (row[j] - mean) / Math.sqrt(variance + epsilon) * scale[j] + offset[j]);
    }
    return result;
  }
}
