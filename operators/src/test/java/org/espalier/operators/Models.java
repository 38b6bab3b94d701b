package org.espalier.operators;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.espalier.api.Axis;
import org.espalier.api.DType;
import org.espalier.api.HostTensor;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.espalier.api.SeededRandom;

/** Specs of BERT and GPT shape, of any depth and odd sizes, and tensors for them. */
final class Models {
  private Models() {}

  static Arbitrary<ModelSpec> any() {
    return Combinators.combine(
            Arbitraries.of("bert", "gpt"),
            Arbitraries.integers().between(1, 24),
            Arbitraries.of(1, 3, 5),
            Arbitraries.of(1, 3, 7),
            Arbitraries.of(DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16))
        .as(Models::model);
  }

  static ModelSpec model(String family, int blocks, int residual, int ffn, DType dtype) {
    Map<String, Integer> sizes = Map.of("residual", residual, "ffn", ffn, "vocabulary", 3);
    List<Parameter> parameters = new ArrayList<>();
    boolean bert = family.equals("bert");
    parameters.add(
        parameter(sizes, "word", -1, Roles.EMBEDDING_WORD, dtype, "vocabulary", "residual"));
    if (bert) {
      parameters.add(
          parameter(sizes, "norm/gamma", -1, Roles.EMBEDDING_NORM_SCALE, dtype, "residual"));
    }
    for (int b = 0; b < blocks; b++) {
      String path = (bert ? "encoder/layer/" : "h/") + Parameter.BLOCK + "/";
      parameters.add(
          parameter(sizes, path + "q", b, Roles.QUERY_KERNEL, dtype, "residual", "residual"));
      parameters.add(
          parameter(sizes, path + "up", b, Roles.FFN_INPUT_KERNEL, dtype, "residual", "ffn"));
      parameters.add(parameter(sizes, path + "up_b", b, Roles.FFN_INPUT_BIAS, dtype, "ffn"));
      parameters.add(
          parameter(sizes, path + "norm/beta", b, Roles.FFN_NORM_OFFSET, dtype, "residual"));
    }
    parameters.add(
        parameter(
            sizes,
            "out/norm",
            -1,
            bert ? Roles.HEAD_NORM_SCALE : Roles.FINAL_NORM_SCALE,
            dtype,
            "residual"));
    return new ModelSpec(family, blocks, sizes, parameters, ModelAttributes.UNKNOWN);
  }

  private static Parameter parameter(
      Map<String, Integer> sizes,
      String pattern,
      int block,
      String role,
      DType dtype,
      String... dimensions) {
    return new Parameter(
        pattern,
        block,
        role,
        dtype,
        Arrays.stream(dimensions).map(d -> (long) sizes.get(d)).toList(),
        Arrays.stream(dimensions).map(Axis::out).toList(),
        true);
  }

  /** Returns a different tensor for every parameter. */
  static Map<String, HostTensor> tensors(ModelSpec spec) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : spec.parameters()) {
      SeededRandom random = SeededRandom.of(1).stream(parameter.name());
      double[] values = new double[(int) parameter.elements()];
      // Whole numbers of 7 bits: every type holds them.
      Arrays.setAll(values, i -> random.below(i, 127));
      tensors.put(parameter.name(), HostTensor.of(parameter.dtype(), parameter.shape(), values));
    }
    return tensors;
  }
}
