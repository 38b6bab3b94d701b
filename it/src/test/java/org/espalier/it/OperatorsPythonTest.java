package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.api.Claim;
import org.espalier.api.GrowthPlan;
import org.espalier.api.HostTensor;
import org.espalier.api.Lineage;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.Parameter;
import org.espalier.api.ReferenceExecutor;
import org.espalier.api.SeededRandom;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What the operators make, in NumPy")
class OperatorsPythonTest {
  private static final OperatorRegistry OPERATORS = OperatorRegistry.discover();

  @TempDir private Path directory;
  private final List<Object> cases = new ArrayList<>();

  @Test
  void areTheTensorsOfTheFormulas() throws Exception {
    for (String family : List.of("bert", "gpt")) {
      for (String dtype : List.of("float64", "float32")) {
        ModelSpec model = model(family, dtype, 6, 6);
        List<Integer> stacked = List.of(0, 1, 2, 3, 4, 5, 4, 5);
        depth(model, "stack", Map.of("blocks", "8"), stacked);
        depth(
            model,
            "stack",
            Map.of("factor", "2", "order", "alternate"),
            List.of(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5));
        depth(model, "copy-top", Map.of("add", "3"), List.of(0, 1, 2, 3, 4, 5, 3, 4, 5));
        width(model, "coalesce", "halves", halves(3, 2), adjacent(3, 2));
        width(model, "coalesce", "thirds", halves(2, 3), halves(2, 3));
        width(
            model,
            "coalesce",
            "uneven",
            List.of(List.of(0, 4), List.of(1, 2, 3, 5)),
            List.of(List.of(5), List.of(0, 1, 2), List.of(3, 4)));
        width(model, "decoalesce", "halves", halves(6, 2), adjacent(6, 2));
        width(model, "decoalesce", "thirds", adjacent(6, 3), List.of());
        width(model, "decoalesce", "twice", halves(6, 2), List.of());
        interpolate(model, 0.25);
      }
    }
    String printed =
        PythonEnvironment.TENSORFLOW_2_18.run("operators_reference.py", cases.toArray());
    assertThat(printed.lines().filter(line -> line.contains("tensors differ by")))
        .hasSize(cases.size());
    assertThat(printed.lines().filter(line -> line.contains("logits by"))).hasSize(8);
  }

  private ModelSpec model(String family, String dtype, int blocks, int heads) {
    Path path = directory.resolve(family + "-" + dtype);
    Map<String, String> sizes = new HashMap<>();
    sizes.put("blocks", String.valueOf(blocks));
    sizes.put("heads", String.valueOf(heads));
    sizes.put("head_size", "4");
    sizes.put("residual", "12");
    sizes.put("ffn", "18");
    sizes.put("vocabulary", "8");
    sizes.put("positions", "6");
    sizes.put("dtype", dtype);
    Espalier.init(new ModelRequest(family, sizes), 1, path);
    try (Model model = Espalier.open(path)) {
      return model.spec();
    }
  }

  private void depth(
      ModelSpec model, String operator, Map<String, String> options, List<Integer> sources)
      throws Exception {
    write(model, operator, options, Map.of("sources", sources), Map.of());
  }

  /** Groups heads and, in their pattern, units and the stream; blocks only if they are given. */
  private void width(
      ModelSpec model,
      String operator,
      String name,
      List<List<Integer>> heads,
      List<List<Integer>> blocks)
      throws Exception {
    boolean merges = operator.equals("coalesce");
    Map<String, List<List<Integer>>> groups = new LinkedHashMap<>();
    groups.put("heads", heads);
    if (name.equals("uneven")) {
      groups.put("ffn", repeated(heads, 3));
      groups.put("residual", repeated(heads, 2));
    } else {
      int size = name.equals("thirds") ? 3 : 2;
      groups.put("ffn", halves(merges ? 18 / size : 18, size));
      groups.put("residual", adjacent(merges ? 12 / size : 12, size));
    }
    if (!blocks.isEmpty()) {
      groups.put("blocks", blocks);
    }
    Map<String, String> options = new HashMap<>();
    groups.forEach((dimension, lists) -> options.put(dimension, lists.toString()));
    options.putIfAbsent("blocks", "keep");
    write(model, operator, options, groups, Map.of());
  }

  private void interpolate(ModelSpec model, double alpha) throws Exception {
    write(
        model,
        "interpolate",
        Map.of("alpha", String.valueOf(alpha)),
        Map.of("alpha", alpha),
        tensors(model, 2));
  }

  private void write(
      ModelSpec model,
      String operator,
      Map<String, String> options,
      Map<String, ?> given,
      Map<String, HostTensor> reference)
      throws Exception {
    GrowthPlan plan =
        OPERATORS
            .find(operator)
            .plan(model, options, 0, Lineage.empty(), Map.of("reference", model));
    Map<String, HostTensor> before = tensors(model, 1);
    Map<String, HostTensor> after =
        new ReferenceExecutor().execute(plan, before, Map.of("reference", reference));
    Map<String, Object> fields = new LinkedHashMap<>();
    String dtype = model.parameters().get(0).dtype().name().toLowerCase(Locale.ROOT);
    String name = "%s-%s-%s-%d".formatted(model.family(), dtype, operator, cases.size());
    fields.put("name", name);
    fields.put("family", model.family());
    fields.put("dtype", dtype);
    fields.put("operator", operator);
    fields.put("given", given);
    fields.put("blocks", model.blocks());
    fields.put("head_size", model.dimension("head_size"));
    fields.put("heads", List.of(model.dimension("heads"), plan.to().dimension("heads")));
    fields.put("outputs_stay", plan.claims().contains(Claim.FUNCTION_PRESERVING));
    fields.put("before", written(before));
    fields.put("after", written(after));
    fields.put("reference", written(reference));
    Path file = directory.resolve(name + ".json");
    Files.writeString(file, new Gson().toJson(fields));
    cases.add(file);
  }

  private static Map<String, Object> written(Map<String, HostTensor> tensors) {
    Map<String, Object> written = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            written.put(name, Map.of("shape", tensor.shape(), "values", tensor.values())));
    return written;
  }

  private static Map<String, HostTensor> tensors(ModelSpec spec, long seed) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : spec.parameters()) {
      SeededRandom random = SeededRandom.of(seed).stream(parameter.name());
      double[] values = new double[Math.toIntExact(parameter.elements())];
      // Rounded, so that both types hold the numbers.
      Arrays.setAll(values, i -> (double) (float) (0.4 * random.normal(i)));
      tensors.put(parameter.name(), HostTensor.of(parameter.dtype(), parameter.shape(), values));
    }
    return tensors;
  }

  private static List<List<Integer>> adjacent(int count, int size) {
    List<List<Integer>> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> group = new ArrayList<>();
      for (int k = 0; k < size; k++) {
        group.add(i * size + k);
      }
      groups.add(group);
    }
    return groups;
  }

  private static List<List<Integer>> halves(int count, int size) {
    List<List<Integer>> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> group = new ArrayList<>();
      for (int k = 0; k < size; k++) {
        group.add(i + k * count);
      }
      groups.add(group);
    }
    return groups;
  }

  /** Each element of the groups becomes {@code times} in a row. */
  private static List<List<Integer>> repeated(List<List<Integer>> groups, int times) {
    return groups.stream()
        .map(group -> group.stream().flatMap(i -> adjacent(i + 1, times).get(i).stream()).toList())
        .toList();
  }
}
