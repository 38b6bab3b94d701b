package org.espalier.tf.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.espalier.api.Axis;
import org.espalier.api.AxisMap;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.HostTensor;
import org.espalier.api.Initializer;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Parameter;
import org.espalier.api.ReferenceExecutor;
import org.espalier.api.TensorKernel;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.bundle.BundleWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightTransferTest {
  private static final KernelRegistry KERNELS = KernelRegistry.of(new Blend());

  @TempDir private Path directory;

  /** Takes {@code share} of its first source and the rest of its second. */
  private static final class Blend implements TensorKernel {
    @Override
    public String id() {
      return "test:blend";
    }

    @Override
    public HostTensor compute(
        Parameter target, List<HostTensor> sources, Map<String, String> options, long seed) {
      double share = Double.parseDouble(options.get("share"));
      double[] values = new double[sources.get(0).elements()];
      for (int i = 0; i < values.length; i++) {
        double mixed = share * sources.get(0).at(i) + (1 - share) * sources.get(1).at(i);
        values[i] = Math.rint(mixed * 8) / 8;
      }
      return HostTensor.of(target.dtype(), target.shape(), values);
    }
  }

  @Test
  void equalsTheReferenceBitForBit() {
    for (int seed = 0; seed < 12; seed++) {
      RandomRules drawn = new RandomRules(seed, 90);
      Map<String, HostTensor> expected =
          new ReferenceExecutor(KERNELS)
              .execute(drawn.targets, drawn.rules, drawn.model, Map.of("other", drawn.reference));

      Map<String, HostTensor> found = transfer(drawn, "grown" + seed, 1 + seed % 3);

      assertThat(found.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
      expected.forEach(
          (name, tensor) ->
              assertThat(found.get(name))
                  .as("%s of %s", name, drawn.rules.get(name))
                  .isEqualTo(tensor));
    }
  }

  @Test
  void writesTheSameBytesWithAnyNumberOfThreads() throws Exception {
    transfer(new RandomRules(7, 200), "one", 1);
    transfer(new RandomRules(7, 200), "three", 3);

    for (String suffix : List.of(".index", ".data-00000-of-00001")) {
      assertThat(directory.resolve("three" + suffix))
          .hasBinaryContent(Files.readAllBytes(directory.resolve("one" + suffix)));
    }
  }

  @Test
  void equalsTheReferenceOverManyChunks() {
    // 3.1 million elements: several chunks, none of them ending at the end of a row.
    int rows = 1031;
    int columns = 3001;
    double[] values = new double[500 * 1500];
    Arrays.setAll(values, i -> Math.sin(i));
    Map<String, HostTensor> model =
        Map.of("w", HostTensor.of(DType.FLOAT64, List.of(500L, 1500L), values));
    Parameter target = parameter("w", DType.FLOAT32, rows, columns);
    TensorRule rule =
        new TensorRule.Combine(
            List.of(
                new TensorRule.Term(
                    TensorSource.model("w"),
                    0.3,
                    List.of(groups(500, rows), groups(1500, columns))),
                new TensorRule.Term(
                    new TensorSource.Random(new Initializer.Uniform(0, 1), 5), 0.1, List.of())));

    check(model, target, rule);
    check(model, parameter("v", DType.BFLOAT16, rows, columns), rule);
    check(model, parameter("w", DType.FLOAT64, 3, 1500), combine(AxisMap.groupMean(500, thirds())));
  }

  @Test
  void sharesTheBytesOfRepeatedCopiesAndOfSeveralKeys() {
    Map<String, HostTensor> model =
        Map.of("old", HostTensor.of(DType.FLOAT32, List.of(2L), 1.5, -0.0));
    Map<String, Parameter> targets = new LinkedHashMap<>();
    Map<String, TensorRule> rules = new LinkedHashMap<>();
    for (String name : List.of("a", "b")) {
      targets.put(name, parameter(name, DType.FLOAT32, 2));
      rules.put(name, TensorRule.copy("old"));
    }
    try (BundleReader source = StoredTensors.write(directory.resolve("old"), model).bundle()) {
      BundleWriter writer = BundleWriter.create(directory.resolve("new"));
      new WeightTransfer(new SourceTensors(source, Map.of("old", "key/old")), Map.of(), KERNELS)
          .plan(targets, rules, Map.of("a", List.of("a", "also/a"), "b", List.of("b")), writer);
      assertThat(writer.dataBytes()).isEqualTo(8);
      writer.write(2, bytes -> {});
    }

    Map<String, HostTensor> found = StoredTensors.read(directory.resolve("new"));
    assertThat(found).containsOnlyKeys("a", "also/a", "b");
    assertThat(found.values()).containsOnly(model.get("old"));
  }

  @Test
  void sharesTheBytesOfSumsThatAreEqual() {
    Map<String, HostTensor> model =
        Map.of(
            "old", HostTensor.of(DType.FLOAT32, List.of(2L), 1.5, -0.0),
            "other", HostTensor.of(DType.FLOAT32, List.of(2L), 2.5, 4));
    AxisMap twice = groups(2, 4);
    TensorSource random = new TensorSource.Random(new Initializer.Uniform(0, 1), 5);
    RandomRules given = new RandomRules(0, 0);
    given.model.putAll(model);
    sum(given, "a", DType.FLOAT32, TensorSource.model("old"), 0.5, twice);
    sum(given, "same", DType.FLOAT32, TensorSource.model("old"), 0.5, twice);
    sum(given, "source", DType.FLOAT32, TensorSource.model("other"), 0.5, twice);
    sum(given, "coefficient", DType.FLOAT32, TensorSource.model("old"), 0.25, twice);
    sum(given, "map", DType.FLOAT32, TensorSource.model("old"), 0.5, AxisMap.tile(2, 2));
    sum(given, "type", DType.FLOAT64, TensorSource.model("old"), 0.5, twice);
    sum(given, "random", DType.FLOAT32, random, 0.5);
    sum(given, "of its name", DType.FLOAT32, random, 0.5);

    Map<String, HostTensor> found = transfer(given, "shared", 2);

    assertThat(found)
        .isEqualTo(new ReferenceExecutor().execute(given.targets, given.rules, model, Map.of()));
    // Seven of four elements each, one of them in float64.
    assertThat(directory.resolve("shared.data-00000-of-00001")).hasSize(8 * 4 * 4);
  }

  private static void sum(
      RandomRules given,
      String name,
      DType dtype,
      TensorSource source,
      double coefficient,
      AxisMap... maps) {
    given.targets.put(name, parameter(name, dtype, 4));
    TensorRule.Term term = new TensorRule.Term(source, coefficient, List.of(maps));
    given.rules.put(name, new TensorRule.Combine(List.of(term)));
  }

  @Test
  void saysWhatDoesNotFit() {
    Map<String, HostTensor> model = Map.of("old", HostTensor.of(DType.FLOAT32, List.of(2L), 1, 2));

    refused(model, parameter("n", DType.FLOAT32, 2), TensorRule.copy("gone"), "'gone', for which");
    refused(model, parameter("n", DType.FLOAT64, 2), TensorRule.copy("old"), "cannot be a copy");
    refused(model, parameter("n", DType.FLOAT32, 3), TensorRule.copy("old"), "of shape [3], but");
    refused(
        model,
        parameter("n", DType.FLOAT32, 2),
        new TensorRule.Copy(new TensorSource.FromReference("teacher", "old")),
        "teacher");
    refused(
        model,
        parameter("n", DType.FLOAT32, 2),
        new TensorRule.Compute("test:unknown", List.of(), Map.of(), 0),
        "test:unknown");
  }

  private void refused(
      Map<String, HostTensor> model, Parameter target, TensorRule rule, String message) {
    assertThatThrownBy(() -> check(model, target, rule))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
  }

  private void check(Map<String, HostTensor> model, Parameter target, TensorRule rule) {
    RandomRules given = new RandomRules(0, 0);
    given.model.putAll(model);
    given.targets.put(target.name(), target);
    given.rules.put(target.name(), rule);

    Map<String, HostTensor> found = transfer(given, "grown" + System.nanoTime(), 2);

    assertThat(found)
        .isEqualTo(new ReferenceExecutor().execute(given.targets, given.rules, model, Map.of()));
  }

  private Map<String, HostTensor> transfer(RandomRules drawn, String name, int threads) {
    SourceTensors model = StoredTensors.write(directory.resolve(name + "-model"), drawn.model);
    SourceTensors other = StoredTensors.write(directory.resolve(name + "-other"), drawn.reference);
    try (BundleReader first = model.bundle();
        BundleReader second = other.bundle()) {
      Map<String, List<String>> keys = new HashMap<>();
      drawn.targets.keySet().forEach(target -> keys.put(target, List.of(target)));
      BundleWriter writer = BundleWriter.create(directory.resolve(name));
      new WeightTransfer(
              new SourceTensors(first, model.keys()),
              drawn.reference.isEmpty()
                  ? Map.of()
                  : Map.of("other", new SourceTensors(second, other.keys())),
              KERNELS)
          .plan(drawn.targets, drawn.rules, keys, writer);
      writer.write(threads, bytes -> {});
    }
    return StoredTensors.read(directory.resolve(name));
  }

  private static TensorRule combine(AxisMap rows) {
    return new TensorRule.Combine(
        List.of(
            new TensorRule.Term(
                TensorSource.model("w"), 1, List.of(rows, AxisMap.identity(1500)))));
  }

  private static List<List<Integer>> thirds() {
    return List.of(List.of(0, 250, 499), List.of(7), List.of(250, 251));
  }

  /** Returns a map whose rows take a few old elements, near and far. */
  private static AxisMap groups(int oldSize, int newSize) {
    List<List<AxisMap.Entry>> rows =
        IntStream.range(0, newSize)
            .mapToObj(
                i ->
                    IntStream.of(i % oldSize, (i * 7 + 1) % oldSize)
                        .distinct()
                        .sorted()
                        .mapToObj(j -> new AxisMap.Entry(j, 1.0 / (i % 3 + 1)))
                        .toList())
            .toList();
    return AxisMap.matrix(oldSize, rows);
  }

  private static Parameter parameter(String name, DType dtype, long... shape) {
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    List<Axis> axes = sizes.stream().map(size -> Axis.opaque()).toList();
    return new Parameter(name, Parameter.OUTSIDE, "test.kernel", dtype, sizes, axes, true);
  }
}
