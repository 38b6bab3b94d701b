package org.espalier.tf.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.espalier.api.Axis;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelAttributes;
import org.espalier.tf.yaml.YamlFields;

/** Layouts as YAML. Every error names the file and the field that it is about. */
final class LayoutYaml {
  private LayoutYaml() {}

  static Layout parse(String file, String yaml) {
    try {
      return layout(YamlFields.parse("A layout", yaml));
    } catch (EspalierException e) {
      throw new EspalierException("Layout " + file + ": " + e.getMessage(), e);
    }
  }

  private static Layout layout(YamlFields fields) {
    fields.allow("layout", "about", "family", "by", "attributes", "constants", "parameters");
    Map<String, String> constants = new HashMap<>();
    if (fields.has("constants")) {
      YamlFields values = fields.fields("constants");
      values.names().forEach(name -> constants.put(name, values.text(name)));
    }
    YamlFields parameters = fields.fields("parameters");
    List<LayoutEntry> entries = new ArrayList<>();
    for (String name : parameters.names()) {
      entries.add(entry(name, parameters.fields(name).allow("role", "axes", "required")));
    }
    return new Layout(
        fields.text("layout"),
        fields.text("about"),
        fields.text("family"),
        choice(fields, "by", Layout.Named.values()),
        attributes(fields.fields("attributes")),
        constants,
        entries);
  }

  private static LayoutEntry entry(String name, YamlFields fields) {
    List<Axis> axes = new ArrayList<>();
    for (Object axis : fields.list("axes")) {
      axes.add(AxisText.parse(fields.at("axes"), String.valueOf(axis)));
    }
    return LayoutEntry.of(
        name, fields.text("role"), axes, fields.has("required") && truth(fields, "required"));
  }

  private static ModelAttributes attributes(YamlFields fields) {
    fields.allow("norm", "activation", "tied-head", "causal");
    return new ModelAttributes(
        choice(fields, "norm", ModelAttributes.NormPlacement.values()),
        OptionalDouble.empty(),
        choice(fields, "activation", ModelAttributes.Activation.values()),
        truth(fields, "tied-head"),
        truth(fields, "causal"));
  }

  private static boolean truth(YamlFields fields, String name) {
    String text = fields.text(name);
    if (!List.of("true", "false").contains(text)) {
      throw new EspalierException(fields.at(name) + " is " + text + ", must be true or false");
    }
    return Boolean.parseBoolean(text);
  }

  private static <E extends Enum<E>> E choice(YamlFields fields, String name, E[] allowed) {
    String text = fields.text(name);
    for (E candidate : allowed) {
      if (label(candidate).equals(text)) {
        return candidate;
      }
    }
    throw new EspalierException(
        "%s is %s, must be one of %s"
            .formatted(
                fields.at(name),
                text,
                Arrays.stream(allowed).map(LayoutYaml::label).collect(Collectors.joining(", "))));
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
