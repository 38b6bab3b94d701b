package org.espalier.api;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Growth plans in JSON. */
final class PlanJson {
  private PlanJson() {}

  static JsonObject write(GrowthPlan plan) {
    RuleJson rules = new RuleJson(List.of());
    JsonObject written = new JsonObject();
    plan.rules().forEach((name, rule) -> written.add(name, rules.write(rule)));
    JsonObject masks = new JsonObject();
    plan.masks().forEach((name, mask) -> masks.add(name, rules.write(mask)));
    JsonObject object = new JsonObject();
    object.add("from", SpecJson.write(plan.from()));
    object.add("to", SpecJson.write(plan.to()));
    object.add("blocks", MapJson.write(plan.blocks().map()));
    object.add("widths", MapJson.write(plan.widths()));
    object.add("maps", rules.table());
    object.add("rules", written);
    object.add("masks", masks);
    object.add(
        "claims",
        JsonFields.array(
            plan.claims().stream().map(c -> new JsonPrimitive(JsonFields.nameOf(c))).toList()));
    object.add(
        "growths", JsonFields.array(plan.growths().stream().map(LineageJson::write).toList()));
    return object;
  }

  static GrowthPlan read(JsonFields fields) {
    RuleJson rules = new RuleJson(fields.list("maps", MapJson::read));
    return new GrowthPlan(
        SpecJson.read(JsonFields.of(fields.get("from"))),
        SpecJson.read(JsonFields.of(fields.get("to"))),
        new BlockMap(MapJson.read(fields.get("blocks"))),
        fields.map("widths", MapJson::readPair),
        fields.map("rules", rules::read),
        fields.has("masks") ? fields.map("masks", rules::readMask) : Map.of(),
        new HashSet<>(
            fields.list("claims", claim -> JsonFields.constant(claim, "claims", Claim.class))),
        fields.list("growths", LineageJson::readGrowth));
  }
}
