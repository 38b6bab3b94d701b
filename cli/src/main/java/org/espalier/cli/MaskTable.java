package org.espalier.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.espalier.api.MaskSpec;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.Model;

/**
 * How dense a sparse model is.
 *
 * @param byRole the forms of the masks of each role
 */
record MaskTable(Map<String, List<MaskSpec>> byRole) {

  static MaskTable of(Model model) {
    Map<String, MaskSpec> specs = new LinkedHashMap<>();
    model.masks().forEach((name, mask) -> specs.put(name, mask.spec()));
    return of(model.spec(), specs);
  }

  static MaskTable of(ModelSpec spec, Map<String, MaskSpec> masks) {
    Map<String, Parameter> parameters = spec.parametersByName();
    return new MaskTable(
        masks.entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    mask -> parameters.get(mask.getKey()).role(),
                    TreeMap::new,
                    Collectors.mapping(Map.Entry::getValue, Collectors.toList()))));
  }

  private static double density(List<MaskSpec> masks) {
    double elements = masks.stream().mapToDouble(mask -> (double) mask.elements()).sum();
    return masks.stream().mapToDouble(m -> m.density() * (double) m.elements()).sum() / elements;
  }

  private static List<Integer> blocks(List<MaskSpec> masks) {
    return masks.stream().map(MaskSpec::block).distinct().sorted().toList();
  }

  /** Returns the densities for people. */
  List<String> lines() {
    Table table = new Table("sparse", "tensors", "blocks of", "density");
    byRole.forEach(
        (role, masks) ->
            table.row(
                role,
                masks.size(),
                blocks(masks).stream().map(b -> b + " x " + b).collect(Collectors.joining(", ")),
                String.format(Locale.ROOT, "%.2f %%", 100 * density(masks))));
    return table.lines();
  }

  /** Returns the densities for programs. */
  List<Map<String, Object>> fields() {
    return byRole.entrySet().stream()
        .map(
            role ->
                Json.object(
                    "role", role.getKey(),
                    "tensors", role.getValue().size(),
                    "blocks", blocks(role.getValue()),
                    "density", density(role.getValue())))
        .toList();
  }
}
