package org.espalier.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.espalier.api.Axis;
import org.espalier.api.DType;
import org.espalier.api.HostTensor;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelAttributes.Activation;
import org.espalier.api.ModelAttributes.NormPlacement;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.espalier.api.SeededRandom;

/**
 * Models to test operators with: small ones of BERT, GPT and ViT shape, and tensors for them.
 *
 * <p>The norm before a tied head is {@code IN}, all other norms are {@code OUT}, as in the models
 * that Espalier builds.
 */
public final class ModelSpecs {
  /** Far above what real models use, so that an operator that forgets it is seen. */
  private static final double NORM_EPSILON = 1e-2;

  private static final int PATCH_ELEMENTS = 4;

  private ModelSpecs() {}

  /**
   * Returns models of all families: 1 to 12 blocks, heads even and odd in number, residual streams
   * as wide as all heads and wider, in float64 and float32.
   */
  public static List<ModelSpec> generated() {
    List<ModelSpec> all = new ArrayList<>();
    List<ModelSizes> sizes =
        List.of(
            ModelSizes.of(1, 1, 2, 3),
            ModelSizes.of(2, 2, 2, 8),
            ModelSizes.of(3, 3, 2, 6),
            new ModelSizes(4, 8, 3, 2, 5),
            ModelSizes.of(6, 4, 1, 7),
            ModelSizes.of(12, 2, 2, 4));
    for (ModelSizes size : sizes) {
      all.add(bert(size, DType.FLOAT64));
      all.add(gpt(size, DType.FLOAT64));
      all.add(vit(size, DType.FLOAT64));
    }
    all.add(bert(sizes.get(1), DType.FLOAT32));
    all.add(gpt(sizes.get(2), DType.BFLOAT16));
    return List.copyOf(all);
  }

  /**
   * Returns models that few operators can grow: one without blocks, and one of which only the
   * structure is known.
   */
  public static List<ModelSpec> strange() {
    Parameter table =
        new Parameter(
            "table",
            Parameter.OUTSIDE,
            Roles.UNKNOWN,
            DType.INT64,
            List.of(3L),
            List.of(Axis.opaque()),
            false);
    List<Parameter> unknown = new ArrayList<>(List.of(table));
    for (int block = 0; block < 2; block++) {
      unknown.add(
          new Parameter(
              "part/" + Parameter.BLOCK + "/w",
              block,
              Roles.UNKNOWN,
              DType.FLOAT32,
              List.of(2L, 3L),
              List.of(Axis.opaque(), Axis.opaque()),
              true));
    }
    return List.of(
        new ModelSpec("unknown", 0, Map.of(), List.of(table), ModelAttributes.UNKNOWN),
        new ModelSpec("unknown", 2, Map.of(), unknown, ModelAttributes.UNKNOWN));
  }

  /** Returns a model of BERT's shape: norms after the residual sums, tied head with a transform. */
  public static ModelSpec bert(ModelSizes sizes, DType dtype) {
    SpecBuilder spec = new SpecBuilder(sizes.textDimensions(true), dtype);
    spec.table("embeddings/word/table", Roles.EMBEDDING_WORD, "vocabulary");
    spec.table("embeddings/position/table", Roles.EMBEDDING_POSITION, "positions");
    spec.table("embeddings/type/table", Roles.EMBEDDING_TYPE, "token_types");
    spec.norm("embeddings/norm", "embedding.norm", Axis.out("residual"));
    spec.blocks("encoder/layer/", sizes.blocks());
    spec.dense("head/transform", "head.transform", Axis.in("residual"), Axis.out("residual"));
    spec.norm("head/norm", "head.norm", Axis.in("residual"));
    spec.outside("head/bias", Roles.HEAD_BIAS, Axis.neither("vocabulary"));
    return spec.build("bert", sizes.blocks(), attributes(NormPlacement.POST, true, false));
  }

  /** Returns a model of GPT-2's shape: norms before attention and feed-forward, tied head. */
  public static ModelSpec gpt(ModelSizes sizes, DType dtype) {
    SpecBuilder spec = new SpecBuilder(sizes.textDimensions(false), dtype);
    spec.table("embeddings/word/table", Roles.EMBEDDING_WORD, "vocabulary");
    spec.table("embeddings/position/table", Roles.EMBEDDING_POSITION, "positions");
    spec.blocks("decoder/layer/", sizes.blocks());
    spec.norm("final/norm", "final.norm", Axis.in("residual"));
    return spec.build("gpt", sizes.blocks(), attributes(NormPlacement.PRE, true, true));
  }

  /** Returns a model of ViT's shape: patches, a class token, norms before, a head of its own. */
  public static ModelSpec vit(ModelSizes sizes, DType dtype) {
    SpecBuilder spec = new SpecBuilder(sizes.imageDimensions(), dtype);
    spec.opaqueRows("embeddings/patch/kernel", "embedding.patch.kernel", PATCH_ELEMENTS);
    spec.outside("embeddings/patch/bias", "embedding.patch.bias", Axis.out("residual"));
    spec.outside("embeddings/class", "embedding.class", Axis.out("residual"));
    spec.table("embeddings/position/table", Roles.EMBEDDING_POSITION, "positions");
    spec.blocks("encoder/layer/", sizes.blocks());
    spec.norm("final/norm", "final.norm", Axis.out("residual"));
    spec.dense("head", "head", Axis.in("residual"), Axis.neither("classes"));
    return spec.build("vit", sizes.blocks(), attributes(NormPlacement.PRE, false, false));
  }

  private static ModelAttributes attributes(NormPlacement norm, boolean tied, boolean causal) {
    return new ModelAttributes(
        norm, OptionalDouble.of(NORM_EPSILON), Activation.GELU_TANH, tied, causal);
  }

  /** Returns a tensor for every parameter, of random numbers that differ everywhere. */
  public static Map<String, HostTensor> tensors(ModelSpec spec, long seed) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : spec.parameters()) {
      SeededRandom random = SeededRandom.of(seed).stream(parameter.name());
      double[] values = new double[Math.toIntExact(parameter.elements())];
      // Every element type holds these multiples of 1/64 below 1 in magnitude.
      Arrays.setAll(
          values, i -> parameter.dtype().isFloating() ? (random.below(i, 127) - 63) / 64.0 : i + 1);
      tensors.put(parameter.name(), HostTensor.of(parameter.dtype(), parameter.shape(), values));
    }
    return tensors;
  }
}
