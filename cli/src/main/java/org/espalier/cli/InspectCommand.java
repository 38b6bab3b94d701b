package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.api.Growth;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.espalier.tf.SignatureInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier inspect}. */
@Command(
    name = "inspect",
    description = "Shows what a SavedModel is made of and how it came to be.")
final class InspectCommand extends Subcommand {
  /** As many digits of a fingerprint as tell models apart for people. */
  private static final int SHORT = 12;

  @Parameters(paramLabel = "DIR", description = "The SavedModel.")
  private Path directory;

  @Option(
      names = "--parameters",
      description = "Also list the parameters, one line for all blocks.")
  private boolean parameters;

  InspectCommand() {}

  @Override
  Answer answer() {
    try (Model model = Espalier.open(directory, common().operators())) {
      return Answer.of(fields(model), lines(model));
    }
  }

  private List<String> lines(Model model) {
    ModelSpec spec = model.spec();
    ModelAttributes attributes = spec.attributes();
    List<String> lines = new ArrayList<>();
    lines.addAll(
        new Table("model", directory.toString())
            .row("family", spec.family())
            .row("blocks", spec.blocks())
            .row("dimensions", Labels.settings(spec.dimensions()))
            .row(
                "parameters",
                "%s in %s tensors, %s, %s"
                    .formatted(
                        Quantities.count(spec.parameterCount()),
                        Quantities.count(spec.parameters().size()),
                        Quantities.amount((double) spec.bytes(), "B"),
                        String.join(", ", dtypes(spec))))
            .row(
                "attributes",
                "norm %s, activation %s, %s head, %s"
                    .formatted(
                        Labels.of(attributes.norm()),
                        Labels.of(attributes.activation()),
                        attributes.tiedHead() ? "tied" : "untied",
                        attributes.causal() ? "causal" : "bidirectional"))
            .row("fingerprint", model.fingerprint())
            .lines());
    for (SignatureInfo signature : model.signatures()) {
      lines.add("");
      lines.add("signature " + signature.name());
      signature.inputs().forEach(input -> lines.add("  in   " + input));
      signature.outputs().forEach(output -> lines.add("  out  " + output));
    }
    if (!model.lineage().growths().isEmpty()) {
      lines.add("");
      Table lineage =
          new Table("grown by", "version", "options", "seed", "blocks", "widths", "parent");
      for (Growth growth : model.lineage().growths()) {
        lineage.row(
            growth.operator(),
            growth.version(),
            Labels.settings(growth.options()),
            growth.seed(),
            growth.blocks().oldBlocks() + " -> " + growth.blocks().newBlocks(),
            widths(growth),
            growth.parent().substring(0, Math.min(SHORT, growth.parent().length())));
      }
      lines.addAll(lineage.lines());
      model.lineage().growths().forEach(growth -> lines.addAll(maps(growth)));
    }
    if (!model.masks().isEmpty()) {
      lines.add("");
      lines.addAll(MaskTable.of(model).lines());
    }
    if (parameters) {
      lines.add("");
      lines.addAll(parameterTable(spec));
    }
    if (!model.limits().isEmpty()) {
      lines.add("");
      lines.add("Limits:");
      model.limits().forEach(limit -> lines.add("  " + limit));
    }
    return lines;
  }

  /** What the next blocks and elements were made of. */
  private static List<String> maps(Growth growth) {
    List<String> lines = new ArrayList<>();
    if (!growth.blocks().map().isIdentity()) {
      lines.add("  %-12s %s".formatted("blocks", MapPicture.brief(growth.blocks().map())));
    }
    growth
        .widths()
        .forEach(
            (dimension, pair) ->
                lines.add("  %-12s %s".formatted(dimension, MapPicture.brief(pair.copies()))));
    if (!lines.isEmpty()) {
      lines.add(0, "");
      lines.add(1, "maps of " + growth.operator());
    }
    return lines;
  }

  private static String widths(Growth growth) {
    return growth.widths().entrySet().stream()
        .map(
            width ->
                "%s %d -> %d"
                    .formatted(
                        width.getKey(),
                        width.getValue().copies().oldSize(),
                        width.getValue().copies().newSize()))
        .collect(Collectors.joining(", "));
  }

  private static List<String> parameterTable(ModelSpec spec) {
    Table table = new Table("parameter", "role", "shape", "type");
    for (Parameter parameter : spec.parameters()) {
      if (parameter.block() <= 0) {
        table.row(
            parameter.pattern(),
            parameter.role(),
            "["
                + parameter.shape().stream().map(String::valueOf).collect(Collectors.joining(", "))
                + "]",
            Labels.of(parameter.dtype()));
      }
    }
    return table.lines();
  }

  private static List<String> dtypes(ModelSpec spec) {
    return spec.parameters().stream().map(p -> Labels.of(p.dtype())).distinct().sorted().toList();
  }

  private Map<String, Object> fields(Model model) {
    ModelSpec spec = model.spec();
    ModelAttributes attributes = spec.attributes();
    return Json.object(
        "model", directory.toString(),
        "family", spec.family(),
        "blocks", spec.blocks(),
        "dimensions", spec.dimensions(),
        "parameters", spec.parameterCount(),
        "bytes", spec.bytes(),
        "dtypes", dtypes(spec),
        "attributes",
            Json.object(
                "norm", Labels.of(attributes.norm()),
                "norm_epsilon",
                    attributes.normEpsilon().isPresent()
                        ? (Double) attributes.normEpsilon().getAsDouble()
                        : null,
                "activation", Labels.of(attributes.activation()),
                "tied_head", attributes.tiedHead(),
                "causal", attributes.causal()),
        "fingerprint", model.fingerprint(),
        "signatures",
            model.signatures().stream()
                .map(
                    s ->
                        Json.object("name", s.name(), "inputs", s.inputs(), "outputs", s.outputs()))
                .toList(),
        "lineage", model.lineage().growths().stream().map(InspectCommand::fields).toList(),
        "masks", MaskTable.of(model).fields(),
        "limits", model.limits(),
        "tensors", spec.parameters().stream().map(InspectCommand::fields).toList());
  }

  private static Map<String, Object> rows(Growth growth) {
    Map<String, Object> rows = new LinkedHashMap<>();
    growth
        .widths()
        .forEach(
            (dimension, pair) -> rows.put(dimension, MapPicture.rows(pair.copies(), "element")));
    return rows;
  }

  private static Map<String, Object> fields(Growth growth) {
    return Json.object(
        "operator", growth.operator(),
        "version", growth.version(),
        "options", growth.options(),
        "seed", growth.seed(),
        "blocks_before", growth.blocks().oldBlocks(),
        "blocks_after", growth.blocks().newBlocks(),
        "widths", widths(growth),
        "block_sources", MapPicture.rows(growth.blocks().map(), "block"),
        "maps", rows(growth),
        "parent", growth.parent());
  }

  private static Map<String, Object> fields(Parameter parameter) {
    return Json.object(
        "name", parameter.name(),
        "role", parameter.role(),
        "block", parameter.inBlocks() ? (Integer) parameter.block() : null,
        "shape", parameter.shape(),
        "dtype", Labels.of(parameter.dtype()),
        "trainable", parameter.trainable());
  }
}
