package org.espalier.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Small models of transformer shape, and tensors for them. */
final class Specs {
  private Specs() {}

  /** A tied pre-norm model with a fused kernel, an opaque axis, an integer and a frozen tensor. */
  static ModelSpec gpt(int blocks, int heads, int headSize, int ffn, int vocabulary, DType dtype) {
    Map<String, Integer> dimensions =
        Map.of(
            "residual", heads * headSize,
            "heads", heads,
            "head_size", headSize,
            "ffn", ffn,
            "vocabulary", vocabulary);
    Builder spec = new Builder(dimensions, dtype);
    spec.outside("wte", Roles.EMBEDDING_WORD, Axis.neither("vocabulary"), Axis.out("residual"));
    spec.outside("wpe", Roles.EMBEDDING_POSITION, Axis.opaque(), Axis.out("residual"));
    for (int b = 0; b < blocks; b++) {
      spec.block(b, "ln/scale", Roles.ATTENTION_NORM_SCALE, Axis.out("residual"));
      spec.block(
          b,
          "qkv/kernel",
          "attention.fused.kernel",
          Axis.in("residual"),
          Axis.out("heads", "head_size").repeated(3));
      spec.block(
          b,
          "proj/kernel",
          Roles.ATTENTION_OUTPUT_KERNEL,
          Axis.in("heads", "head_size"),
          Axis.out("residual"));
      spec.block(b, "fc/kernel", Roles.FFN_INPUT_KERNEL, Axis.in("residual"), Axis.out("ffn"));
      spec.block(b, "fc/bias", Roles.FFN_INPUT_BIAS, Axis.out("ffn"));
      spec.block(b, "out/kernel", Roles.FFN_OUTPUT_KERNEL, Axis.in("ffn"), Axis.out("residual"));
    }
    spec.outside("lnf/scale", Roles.FINAL_NORM_SCALE, Axis.in("residual"));
    spec.outside("head/bias", Roles.HEAD_BIAS, Axis.out("vocabulary"));
    spec.parameters.add(
        new Parameter(
            "counter", Parameter.OUTSIDE, Roles.UNKNOWN, DType.INT64, List.of(), List.of(), false));
    return new ModelSpec(
        "gpt",
        blocks,
        dimensions,
        spec.parameters,
        new ModelAttributes(
            ModelAttributes.NormPlacement.PRE,
            OptionalDouble.of(1e-5),
            ModelAttributes.Activation.GELU_TANH,
            true,
            true));
  }

  static ModelSpec tiny(int blocks) {
    return gpt(blocks, 2, 3, 5, 7, DType.FLOAT32);
  }

  static Arbitrary<ModelSpec> any() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 5),
            Arbitraries.integers().between(1, 5),
            Arbitraries.of(DType.FLOAT32, DType.FLOAT64, DType.FLOAT16, DType.BFLOAT16))
        .as(Specs::gpt);
  }

  /** Returns distinct numbers for every parameter, as its type holds them. */
  static Map<String, HostTensor> tensors(ModelSpec spec, long seed) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : spec.parameters()) {
      SeededRandom random = SeededRandom.of(seed).stream(parameter.name());
      double[] values = new double[(int) parameter.elements()];
      Arrays.setAll(
          values,
          i ->
              Rounding.round(
                  parameter.dtype(), parameter.dtype().isFloating() ? random.normal(i) : 9));
      tensors.put(parameter.name(), HostTensor.of(parameter.dtype(), parameter.shape(), values));
    }
    return tensors;
  }

  /** Returns maps of an axis, of every kind. */
  static Arbitrary<AxisMap> maps(int oldSize) {
    return Arbitraries.integers()
        .between(1, 6)
        .flatMap(
            newSize ->
                Arbitraries.oneOf(
                    Arbitraries.just(AxisMap.identity(oldSize)),
                    selections(oldSize, newSize),
                    matrices(oldSize, newSize)));
  }

  static Arbitrary<AxisMap> selections(int oldSize, int newSize) {
    return Arbitraries.integers()
        .between(0, oldSize - 1)
        .list()
        .ofSize(newSize)
        .map(sources -> AxisMap.selection(oldSize, sources));
  }

  /** Returns matrices of small whole numbers, so that sums of products are exact. */
  static Arbitrary<AxisMap> matrices(int oldSize, int newSize) {
    return Arbitraries.integers()
        .between(-3, 3)
        .list()
        .ofSize(oldSize * newSize)
        .map(
            numbers -> {
              List<List<AxisMap.Entry>> rows = new ArrayList<>();
              for (int i = 0; i < newSize; i++) {
                List<AxisMap.Entry> row = new ArrayList<>();
                for (int j = 0; j < oldSize; j++) {
                  int weight = numbers.get(i * oldSize + j);
                  if (weight != 0) {
                    row.add(new AxisMap.Entry(j, weight));
                  }
                }
                rows.add(row);
              }
              return AxisMap.matrix(oldSize, rows);
            });
  }

  static double[][] dense(AxisMap map) {
    double[][] matrix = new double[map.newSize()][map.oldSize()];
    for (int i = 0; i < map.newSize(); i++) {
      for (AxisMap.Entry entry : map.row(i)) {
        matrix[i][entry.index()] = entry.weight();
      }
    }
    return matrix;
  }

  private static final class Builder {
    final List<Parameter> parameters = new ArrayList<>();
    private final Map<String, Integer> dimensions;
    private final DType dtype;

    Builder(Map<String, Integer> dimensions, DType dtype) {
      this.dimensions = dimensions;
      this.dtype = dtype;
    }

    void outside(String name, String role, Axis... axes) {
      add(name, Parameter.OUTSIDE, role, axes);
    }

    void block(int block, String name, String role, Axis... axes) {
      add("h/" + Parameter.BLOCK + "/" + name, block, role, axes);
    }

    private void add(String pattern, int block, String role, Axis... axes) {
      List<Long> shape =
          Arrays.stream(axes)
              .map(a -> a.isOpaque() ? (Long) 4L : (Long) a.size(dimensions))
              .toList();
      parameters.add(new Parameter(pattern, block, role, dtype, shape, List.of(axes), true));
    }
  }
}
