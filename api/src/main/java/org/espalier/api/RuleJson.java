package org.espalier.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensor rules in JSON. Axis maps, which many rules share, stand in a table and are named by their
 * place in it.
 */
final class RuleJson {
  private final Map<AxisMap, Integer> places = new LinkedHashMap<>();
  private final List<AxisMap> maps;

  /** Creates a writer with an empty table, or a reader of {@code maps}. */
  RuleJson(List<AxisMap> maps) {
    this.maps = new ArrayList<>(maps);
  }

  JsonArray table() {
    return JsonFields.array(maps.stream().map(MapJson::write).toList());
  }

  JsonObject write(TensorRule rule) {
    JsonObject object = new JsonObject();
    if (rule instanceof TensorRule.Copy copy) {
      object.add("copy", write(copy.source()));
    } else if (rule instanceof TensorRule.Combine combine) {
      object.add("combine", JsonFields.array(combine.terms().stream().map(this::write).toList()));
    } else if (rule instanceof TensorRule.Fill fill) {
      object.add("fill", write(fill.initializer()));
      object.addProperty("seed", fill.seed());
    } else if (rule instanceof TensorRule.Compute compute) {
      object.addProperty("compute", compute.kernel());
      object.add(
          "sources", JsonFields.array(compute.sources().stream().map(RuleJson::write).toList()));
      object.add("options", JsonFields.texts(compute.options()));
      object.addProperty("seed", compute.seed());
    }
    return object;
  }

  TensorRule read(JsonElement element) {
    JsonFields fields = JsonFields.of(element);
    if (fields.has("copy")) {
      return new TensorRule.Copy(readSource(fields.get("copy")));
    } else if (fields.has("combine")) {
      return new TensorRule.Combine(fields.list("combine", this::readTerm));
    } else if (fields.has("fill")) {
      return new TensorRule.Fill(readInitializer(fields.get("fill")), fields.whole("seed"));
    }
    return new TensorRule.Compute(
        fields.text("compute"),
        fields.list("sources", RuleJson::readSource),
        fields.map("options", value -> JsonFields.text(value, "options")),
        fields.whole("seed"));
  }

  JsonObject write(MaskRule mask) {
    JsonObject object = new JsonObject();
    object.addProperty("rows", mask.spec().rows());
    object.addProperty("columns", mask.spec().columns());
    object.addProperty("block", mask.spec().block());
    object.addProperty("active", mask.spec().active());
    object.add("rule", write(mask.rule()));
    return object;
  }

  MaskRule readMask(JsonElement element) {
    JsonFields fields = JsonFields.of(element);
    return new MaskRule(
        new MaskSpec(
            fields.whole("rows"),
            fields.whole("columns"),
            fields.integer("block"),
            fields.integer("active")),
        read(fields.get("rule")));
  }

  private JsonObject write(TensorRule.Term term) {
    JsonObject object = new JsonObject();
    object.add("source", write(term.source()));
    object.addProperty("coefficient", term.coefficient());
    if (!term.maps().isEmpty()) {
      JsonArray numbers = new JsonArray();
      term.maps().forEach(map -> numbers.add(place(map)));
      object.add("maps", numbers);
    }
    return object;
  }

  private int place(AxisMap map) {
    return places.computeIfAbsent(
        map,
        added -> {
          maps.add(added);
          return maps.size() - 1;
        });
  }

  private TensorRule.Term readTerm(JsonElement element) {
    JsonFields fields = JsonFields.of(element);
    return new TensorRule.Term(
        readSource(fields.get("source")),
        fields.number("coefficient"),
        fields.has("maps") ? fields.list("maps", this::mapAt) : List.of());
  }

  private AxisMap mapAt(JsonElement element) {
    int place = JsonFields.integer(element, "maps");
    if (place < 0 || place >= maps.size()) {
      throw new IllegalArgumentException("a rule takes map %d of %d".formatted(place, maps.size()));
    }
    return maps.get(place);
  }

  private static JsonObject write(TensorSource source) {
    JsonObject object = new JsonObject();
    if (source instanceof TensorSource.FromModel model) {
      object.addProperty("model", model.parameter());
    } else if (source instanceof TensorSource.FromReference reference) {
      object.addProperty("reference", reference.reference());
      object.addProperty("parameter", reference.parameter());
    } else if (source instanceof TensorSource.FromMask mask) {
      object.addProperty("mask", mask.parameter());
    } else if (source instanceof TensorSource.Random random) {
      object.add("random", write(random.initializer()));
      object.addProperty("seed", random.seed());
    }
    return object;
  }

  private static TensorSource readSource(JsonElement element) {
    JsonFields fields = JsonFields.of(element);
    if (fields.has("random")) {
      return new TensorSource.Random(readInitializer(fields.get("random")), fields.whole("seed"));
    } else if (fields.has("reference")) {
      return new TensorSource.FromReference(fields.text("reference"), fields.text("parameter"));
    }
    return fields.has("mask")
        ? new TensorSource.FromMask(fields.text("mask"))
        : new TensorSource.FromModel(fields.text("model"));
  }

  private static JsonObject write(Initializer initializer) {
    JsonObject object = new JsonObject();
    if (initializer instanceof Initializer.Constant constant) {
      object.addProperty("constant", constant.value());
    } else if (initializer instanceof Initializer.Normal normal) {
      object.addProperty("normal", normal.mean());
      object.addProperty("deviation", normal.standardDeviation());
    } else if (initializer instanceof Initializer.TruncatedNormal normal) {
      object.addProperty("truncated_normal", normal.mean());
      object.addProperty("deviation", normal.standardDeviation());
    } else if (initializer instanceof Initializer.Uniform uniform) {
      object.addProperty("uniform", uniform.from());
      object.addProperty("to", uniform.to());
    }
    return object;
  }

  private static Initializer readInitializer(JsonElement element) {
    JsonFields fields = JsonFields.of(element);
    if (fields.has("constant")) {
      return new Initializer.Constant(fields.number("constant"));
    } else if (fields.has("normal")) {
      return new Initializer.Normal(fields.number("normal"), fields.number("deviation"));
    } else if (fields.has("truncated_normal")) {
      return new Initializer.TruncatedNormal(
          fields.number("truncated_normal"), fields.number("deviation"));
    }
    return new Initializer.Uniform(fields.number("uniform"), fields.number("to"));
  }
}
