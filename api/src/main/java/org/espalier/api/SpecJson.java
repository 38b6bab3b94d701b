package org.espalier.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.OptionalDouble;

/** Model specs in JSON. */
final class SpecJson {
  private SpecJson() {}

  static JsonObject write(ModelSpec spec) {
    JsonObject object = new JsonObject();
    object.addProperty("family", spec.family());
    object.addProperty("blocks", spec.blocks());
    JsonObject dimensions = new JsonObject();
    spec.dimensions().forEach(dimensions::addProperty);
    object.add("dimensions", dimensions);
    object.add("attributes", write(spec.attributes()));
    object.add("parameters", writeAll(spec.parameters()));
    return object;
  }

  /** Blocks that follow each other and hold the same are written once, with their numbers. */
  private static JsonArray writeAll(List<Parameter> parameters) {
    JsonArray all = new JsonArray();
    List<Parameter> before = List.of();
    JsonArray blocks = new JsonArray();
    for (int from = 0, to; from < parameters.size(); from = to) {
      to = endOfBlock(parameters, from);
      Parameter first = parameters.get(from);
      List<Parameter> held =
          parameters.subList(from, to).stream()
              .map(p -> first.inBlocks() ? p.inBlock(0) : p)
              .toList();
      if (!first.inBlocks()) {
        held.forEach(parameter -> all.add(write(parameter)));
      } else if (held.equals(before)) {
        blocks.add(first.block());
      } else {
        blocks = new JsonArray();
        blocks.add(first.block());
        JsonObject group = new JsonObject();
        group.add("blocks", blocks);
        group.add("parameters", JsonFields.array(held.stream().map(SpecJson::write).toList()));
        all.add(group);
      }
      before = held;
    }
    return all;
  }

  /** Returns where the parameters that belong to the same block as the one at {@code from} end. */
  private static int endOfBlock(List<Parameter> parameters, int from) {
    int to = from + 1;
    while (to < parameters.size() && parameters.get(to).block() == parameters.get(from).block()) {
      to++;
    }
    return to;
  }

  static ModelSpec read(JsonFields fields) {
    return new ModelSpec(
        fields.text("family"),
        fields.integer("blocks"),
        fields.map("dimensions", size -> JsonFields.integer(size, "dimensions")),
        fields.list("parameters", SpecJson::readAll).stream().flatMap(List::stream).toList(),
        readAttributes(JsonFields.of(fields.get("attributes"))));
  }

  private static JsonObject write(ModelAttributes attributes) {
    JsonObject object = new JsonObject();
    object.addProperty("norm", JsonFields.nameOf(attributes.norm()));
    attributes.normEpsilon().ifPresent(epsilon -> object.addProperty("norm_epsilon", epsilon));
    object.addProperty("activation", JsonFields.nameOf(attributes.activation()));
    object.addProperty("tied_head", attributes.tiedHead());
    object.addProperty("causal", attributes.causal());
    return object;
  }

  private static ModelAttributes readAttributes(JsonFields fields) {
    return new ModelAttributes(
        fields.constant("norm", ModelAttributes.NormPlacement.class),
        fields.has("norm_epsilon")
            ? OptionalDouble.of(fields.number("norm_epsilon"))
            : OptionalDouble.empty(),
        fields.constant("activation", ModelAttributes.Activation.class),
        fields.truth("tied_head"),
        fields.truth("causal"));
  }

  private static JsonObject write(Parameter parameter) {
    JsonObject object = new JsonObject();
    object.addProperty("pattern", parameter.pattern());
    object.addProperty("role", parameter.role());
    object.addProperty("dtype", JsonFields.nameOf(parameter.dtype()));
    object.add(
        "shape", JsonFields.array(parameter.shape().stream().map(JsonPrimitive::new).toList()));
    object.add("axes", JsonFields.array(parameter.axes().stream().map(SpecJson::write).toList()));
    object.addProperty("trainable", parameter.trainable());
    return object;
  }

  private static List<Parameter> readAll(JsonElement element) {
    JsonFields fields = JsonFields.of(element);
    if (!fields.has("blocks")) {
      return List.of(readParameter(fields, Parameter.OUTSIDE));
    }
    List<Integer> blocks = fields.list("blocks", block -> JsonFields.integer(block, "blocks"));
    List<Parameter> held =
        fields.list("parameters", parameter -> readParameter(JsonFields.of(parameter), 0));
    return blocks.stream()
        .flatMap(block -> held.stream().map(parameter -> parameter.inBlock(block)))
        .toList();
  }

  private static Parameter readParameter(JsonFields fields, int block) {
    return new Parameter(
        fields.text("pattern"),
        block,
        fields.text("role"),
        fields.constant("dtype", DType.class),
        fields.list("shape", size -> JsonFields.whole(size, "shape")),
        fields.list("axes", SpecJson::readAxis),
        fields.truth("trainable"));
  }

  private static JsonObject write(Axis axis) {
    JsonObject object = new JsonObject();
    object.addProperty("side", JsonFields.nameOf(axis.side()));
    JsonArray segments = new JsonArray();
    for (Axis.Segment segment : axis.segments()) {
      segments.add(
          JsonFields.array(segment.dimensions().stream().map(JsonPrimitive::new).toList()));
    }
    object.add("segments", segments);
    return object;
  }

  private static Axis readAxis(JsonElement element) {
    JsonFields fields = JsonFields.of(element);
    List<Axis.Segment> segments =
        fields.list(
            "segments",
            segment ->
                new Axis.Segment(
                    JsonFields.list(
                        segment, "segments", name -> JsonFields.text(name, "segments"))));
    return new Axis(fields.constant("side", Axis.Side.class), segments);
  }
}
