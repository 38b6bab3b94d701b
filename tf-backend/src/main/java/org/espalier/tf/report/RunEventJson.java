package org.espalier.tf.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An event as one flat JSON object and back.
 *
 * <p>JSON has no number for a loss that is not finite: it is written as the string {@code "NaN"} or
 * {@code "Infinity"}.
 */
final class RunEventJson {
  private RunEventJson() {}

  static String write(RunEvent event) {
    JsonObject json = new JsonObject();
    json.addProperty("kind", kind(event));
    RunPosition at = event.at();
    json.addProperty("step", at.step());
    json.addProperty("stage", at.stage());
    if (event instanceof TrainPoint train) {
      number(json, "loss", train.loss());
      number(json, "learning_rate", train.learningRate());
      if (!train.groupLearningRates().isEmpty()) {
        JsonArray rates = new JsonArray();
        train.groupLearningRates().forEach(rates::add);
        json.add("group_learning_rates", rates);
      }
      number(json, "gradient_norm", train.gradientNorm());
      number(json, "tokens_per_second", train.tokensPerSecond());
    } else if (event instanceof EvalPoint eval) {
      number(json, "loss", eval.loss());
    } else if (event instanceof BlockPoint blocks) {
      write(blocks, json);
    } else if (event instanceof GrowthLoss growth) {
      number(json, "before", growth.before());
      number(json, "after", growth.after());
    } else if (event instanceof StageStart stage) {
      json.addProperty("name", stage.name());
      json.addProperty("blocks", stage.blocks());
      json.addProperty("parameters", stage.parameters());
      json.addProperty("trainable_parameters", stage.trainableParameters());
      json.addProperty("steps", stage.steps());
      json.addProperty("batch_size", stage.batchSize());
      json.addProperty("sequence_length", stage.sequenceLength());
      number(json, "forward_flops_per_step", stage.forwardFlops());
      number(json, "backward_flops_per_step", stage.backwardFlops());
      number(json, "density_scaled_flops_per_step", stage.densityScaledFlops());
      number(json, "whole_kernel_flops_per_step", stage.wholeKernelFlops());
    } else if (event instanceof Growth growth) {
      write(growth, json);
    } else if (event instanceof InSessionGrowth growth) {
      json.addProperty("operator", growth.operator());
      json.addProperty("version", growth.version());
      json.add("options", options(growth.options()));
      json.addProperty("tensors", growth.tensors());
      json.addProperty("active", growth.active());
      json.addProperty("moved", growth.moved());
    }
    json.addProperty("tokens", at.tokens());
    number(json, "seconds", at.seconds());
    number(json, "flops", at.flops());
    return json.toString();
  }

  static String kind(RunEvent event) {
    if (event instanceof TrainPoint) {
      return "train";
    } else if (event instanceof EvalPoint) {
      return "eval";
    } else if (event instanceof BlockPoint) {
      return "blocks";
    } else if (event instanceof GrowthLoss) {
      return "growth_loss";
    } else if (event instanceof InSessionGrowth) {
      return "grow_in_session";
    }
    return event instanceof StageStart ? "stage" : "grow";
  }

  /**
   * Reads one line; empty for a kind that a later version may write.
   *
   * @throws JsonParseException when the line is no such object
   */
  static Optional<RunEvent> read(String line) {
    try {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      return Optional.ofNullable(event(json));
    } catch (IllegalStateException
        | NullPointerException
        | NumberFormatException
        | UnsupportedOperationException e) {
      // What Gson throws where a field is absent or of another type.
      throw new JsonParseException("not a line of metrics", e);
    }
  }

  private static RunEvent event(JsonObject json) {
    RunPosition at =
        new RunPosition(
            json.get("stage").getAsInt(),
            json.get("step").getAsLong(),
            json.get("tokens").getAsLong(),
            json.get("seconds").getAsDouble(),
            json.get("flops").getAsDouble());
    return switch (json.get("kind").getAsString()) {
      case "train" ->
          new TrainPoint(
              at,
              json.get("loss").getAsDouble(),
              json.get("learning_rate").getAsDouble(),
              json.has("group_learning_rates")
                  ? numbers(json.getAsJsonArray("group_learning_rates"))
                  : List.of(),
              json.get("gradient_norm").getAsDouble(),
              json.get("tokens_per_second").getAsDouble());
      case "eval" -> new EvalPoint(at, json.get("loss").getAsDouble());
      case "blocks" ->
          new BlockPoint(
              at,
              optional(json, "copy_distance"),
              optional(json, "unit_distance"),
              numbers(json.getAsJsonArray("gradient_norms")));
      case "growth_loss" ->
          new GrowthLoss(at, json.get("before").getAsDouble(), json.get("after").getAsDouble());
      case "stage" ->
          new StageStart(
              at,
              json.get("name").getAsString(),
              json.get("blocks").getAsInt(),
              json.get("parameters").getAsLong(),
              json.get("trainable_parameters").getAsLong(),
              json.get("steps").getAsLong(),
              json.get("batch_size").getAsInt(),
              json.get("sequence_length").getAsInt(),
              json.get("forward_flops_per_step").getAsDouble(),
              json.get("backward_flops_per_step").getAsDouble(),
              // Runs from before models could be sparse do not say.
              flops(json, "density_scaled_flops_per_step"),
              flops(json, "whole_kernel_flops_per_step"));
      case "grow" -> growth(at, json);
      case "grow_in_session" ->
          new InSessionGrowth(
              at,
              json.get("operator").getAsString(),
              json.get("version").getAsString(),
              options(json),
              json.get("tensors").getAsInt(),
              json.get("active").getAsLong(),
              json.get("moved").getAsLong());
      default -> null;
    };
  }

  private static void write(BlockPoint blocks, JsonObject json) {
    blocks.copyDistance().ifPresent(distance -> number(json, "copy_distance", distance));
    blocks.unitDistance().ifPresent(distance -> number(json, "unit_distance", distance));
    JsonArray norms = new JsonArray();
    blocks.gradientNorms().forEach(norm -> norms.add(json(norm)));
    json.add("gradient_norms", norms);
  }

  private static OptionalDouble optional(JsonObject json, String key) {
    return json.has(key) ? OptionalDouble.of(json.get(key).getAsDouble()) : OptionalDouble.empty();
  }

  private static List<Double> numbers(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsDouble).toList();
  }

  private static void write(Growth growth, JsonObject json) {
    json.addProperty("operator", growth.operator());
    json.addProperty("version", growth.version());
    json.add("options", options(growth.options()));
    json.addProperty("reference", growth.reference());
    json.addProperty("blocks_before", growth.blocksBefore());
    json.addProperty("blocks_after", growth.blocksAfter());
    JsonArray map = new JsonArray();
    growth.blockMap().forEach(map::add);
    json.add("block_map", map);
    growth.sources().ifPresent(sources -> json.add("sources", GrowthSourcesJson.toJson(sources)));
  }

  private static Growth growth(RunPosition at, JsonObject json) {
    List<Integer> map = new ArrayList<>();
    for (JsonElement block : json.getAsJsonArray("block_map")) {
      map.add(block.getAsInt());
    }
    return new Growth(
        at,
        json.get("operator").getAsString(),
        json.get("version").getAsString(),
        options(json),
        json.get("reference").getAsString(),
        json.get("blocks_before").getAsInt(),
        json.get("blocks_after").getAsInt(),
        map,
        Optional.ofNullable(json.getAsJsonObject("sources")).map(GrowthSourcesJson::fromJson));
  }

  private static JsonObject options(Map<String, String> options) {
    JsonObject json = new JsonObject();
    options.forEach(json::addProperty);
    return json;
  }

  private static Map<String, String> options(JsonObject json) {
    Map<String, String> options = new LinkedHashMap<>();
    json.getAsJsonObject("options")
        .entrySet()
        .forEach(option -> options.put(option.getKey(), option.getValue().getAsString()));
    return options;
  }

  private static JsonPrimitive json(double value) {
    return Double.isFinite(value)
        ? new JsonPrimitive(value)
        : new JsonPrimitive(Double.toString(value));
  }

  private static double flops(JsonObject json, String name) {
    return json.has(name)
        ? json.get(name).getAsDouble()
        : json.get("forward_flops_per_step").getAsDouble()
            + json.get("backward_flops_per_step").getAsDouble();
  }

  private static void number(JsonObject json, String key, double value) {
    json.add(key, json(value));
  }
}
