package org.espalier.operators;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.espalier.api.Axis;
import org.espalier.api.DType;
import org.espalier.api.HostTensor;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelAttributes.Activation;
import org.espalier.api.ModelAttributes.NormPlacement;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.SeededRandom;

/**
 * Specs of whole BERT, GPT and ViT models of any sizes, and tensors for them.
 *
 * <p>BERT has token types, a pooler with a classifier and a tied or untied head; GPT has fused
 * query, key and value kernels; ViT has patches, a class token and a classifier.
 */
final class Architectures {
  private Architectures() {}

  /**
   * The sizes of a model.
   *
   * @param family bert, gpt or vit
   * @param residual width of the stream
   * @param tied whether the token head is the token table
   */
  record Sizes(
      String family,
      int blocks,
      int heads,
      int headSize,
      int ffn,
      int residual,
      boolean tied,
      DType dtype) {}

  /** Models of 1 to 24 blocks, odd head counts among them; few elements, so that laws are fast. */
  static Arbitrary<Sizes> any() {
    return Combinators.combine(
            Arbitraries.of("bert", "gpt", "vit"),
            Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.integers().between(1, 6)),
                Tuple.of(1, Arbitraries.integers().between(7, 24))),
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(1, 2),
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(2, 7),
            Arbitraries.of(true, false),
            Arbitraries.of(DType.FLOAT64))
        .as(Sizes::new);
  }

  static ModelSpec spec(Sizes sizes) {
    Map<String, Integer> dimensions = new TreeMap<>();
    dimensions.put("residual", sizes.residual());
    dimensions.put("heads", sizes.heads());
    dimensions.put("head_size", sizes.headSize());
    dimensions.put("ffn", sizes.ffn());
    dimensions.put("positions", 4);
    if (sizes.family().equals("vit")) {
      dimensions.put("classes", 3);
    } else {
      dimensions.put("vocabulary", 5);
    }
    Builder spec = new Builder(dimensions, sizes.dtype());
    switch (sizes.family()) {
      case "bert" -> bert(spec, sizes);
      case "gpt" -> gpt(spec, sizes);
      default -> vit(spec, sizes);
    }
    return new ModelSpec(
        sizes.family(),
        sizes.blocks(),
        dimensions,
        spec.parameters,
        new ModelAttributes(
            sizes.family().equals("bert") ? NormPlacement.POST : NormPlacement.PRE,
            OptionalDouble.of(1e-5),
            Activation.GELU_TANH,
            sizes.tied() && !sizes.family().equals("vit"),
            sizes.family().equals("gpt")));
  }

  private static final Axis IN = Axis.in("residual");
  private static final Axis OUT = Axis.out("residual");
  private static final Axis MADE = Axis.out("heads", "head_size");

  private static void bert(Builder spec, Sizes sizes) {
    spec.add("word", "embedding.word", Axis.neither("vocabulary"), OUT);
    spec.add("position", "embedding.position", Axis.neither("positions"), OUT);
    spec.add("type", "embedding.type", Axis.opaque(), OUT);
    spec.norm("embeddings/norm", "embedding.norm", OUT);
    for (int block = 0; block < sizes.blocks(); block++) {
      spec.block = block;
      for (String projection : List.of("query", "key", "value")) {
        spec.dense("encoder/{block}/" + projection, "attention." + projection, IN, MADE);
      }
      spec.rest("encoder/{block}/");
    }
    spec.block = Parameter.OUTSIDE;
    spec.dense("pooler", "pooler", IN, OUT);
    spec.dense("classifier", "classifier", IN, Axis.opaque());
    spec.dense("head/transform", "head.transform", IN, OUT);
    spec.norm("head/norm", "head.norm", sizes.tied() ? IN : OUT);
    if (!sizes.tied()) {
      spec.add("head/kernel", "head.kernel", IN, Axis.neither("vocabulary"));
    }
    spec.add("head/bias", "head.bias", Axis.neither("vocabulary"));
  }

  private static void gpt(Builder spec, Sizes sizes) {
    spec.add("word", "embedding.word", Axis.neither("vocabulary"), OUT);
    spec.add("position", "embedding.position", Axis.neither("positions"), OUT);
    for (int block = 0; block < sizes.blocks(); block++) {
      spec.block = block;
      spec.dense("h/{block}/qkv", "attention.fused", IN, MADE.repeated(3));
      spec.rest("h/{block}/");
    }
    spec.block = Parameter.OUTSIDE;
    spec.norm("final/norm", "final.norm", sizes.tied() ? IN : OUT);
    if (!sizes.tied()) {
      spec.add("head/kernel", "head.kernel", IN, Axis.neither("vocabulary"));
    }
  }

  private static void vit(Builder spec, Sizes sizes) {
    spec.add("patch/kernel", "embedding.patch.kernel", Axis.opaque(), OUT);
    spec.add("patch/bias", "embedding.patch.bias", OUT);
    spec.add("class", "embedding.class", OUT);
    spec.add("position", "embedding.position", Axis.neither("positions"), OUT);
    for (int block = 0; block < sizes.blocks(); block++) {
      spec.block = block;
      for (String projection : List.of("query", "key", "value")) {
        spec.dense("encoder/{block}/" + projection, "attention." + projection, IN, MADE);
      }
      spec.rest("encoder/{block}/");
    }
    spec.block = Parameter.OUTSIDE;
    spec.norm("final/norm", "final.norm", OUT);
    spec.add("classifier/kernel", "classifier.kernel", IN, Axis.neither("classes"));
    spec.add("classifier/bias", "classifier.bias", Axis.neither("classes"));
  }

  /** Returns random numbers for every parameter; norms are near 1. */
  static Map<String, HostTensor> tensors(ModelSpec spec, long seed) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : spec.parameters()) {
      SeededRandom random = SeededRandom.of(seed).stream(parameter.name());
      double mean = parameter.role().endsWith("norm.scale") ? 1 : 0;
      double[] values = new double[(int) parameter.elements()];
      Arrays.setAll(values, i -> mean + 0.5 * random.normal(i));
      tensors.put(parameter.name(), HostTensor.of(parameter.dtype(), parameter.shape(), values));
    }
    return tensors;
  }

  private static final class Builder {
    final List<Parameter> parameters = new ArrayList<>();
    int block = Parameter.OUTSIDE;
    private final Map<String, Integer> dimensions;
    private final DType dtype;

    Builder(Map<String, Integer> dimensions, DType dtype) {
      this.dimensions = dimensions;
      this.dtype = dtype;
    }

    /** What follows the projections of an attention layer. */
    void rest(String path) {
      dense(path + "attention", "attention.output", Axis.in("heads", "head_size"), OUT);
      norm(path + "attention/norm", "attention.norm", OUT);
      dense(path + "ffn/input", "ffn.input", IN, Axis.out("ffn"));
      dense(path + "ffn/output", "ffn.output", Axis.in("ffn"), OUT);
      norm(path + "ffn/norm", "ffn.norm", OUT);
    }

    void dense(String path, String role, Axis in, Axis out) {
      add(path + "/kernel", role + ".kernel", in, out);
      add(path + "/bias", role + ".bias", out);
    }

    void norm(String path, String role, Axis axis) {
      add(path + "/scale", role + ".scale", axis);
      add(path + "/offset", role + ".offset", axis);
    }

    void add(String pattern, String role, Axis... axes) {
      List<Long> shape =
          Arrays.stream(axes)
              .map(axis -> axis.isOpaque() ? (Long) 2L : (Long) axis.size(dimensions))
              .toList();
      parameters.add(new Parameter(pattern, block, role, dtype, shape, List.of(axes), true));
    }
  }
}
