package org.espalier.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Set;

/** Lineages in JSON. */
final class LineageJson {
  private LineageJson() {}

  static JsonObject write(Lineage lineage) {
    JsonObject object = new JsonObject();
    object.add(
        "growths", JsonFields.array(lineage.growths().stream().map(LineageJson::write).toList()));
    return object;
  }

  static Lineage read(JsonFields fields) {
    return new Lineage(fields.list("growths", LineageJson::readGrowth));
  }

  static JsonObject write(Growth growth) {
    JsonObject object = new JsonObject();
    object.addProperty("operator", growth.operator());
    object.addProperty("version", growth.version());
    object.add("options", JsonFields.texts(growth.options()));
    object.addProperty("seed", growth.seed());
    object.add("blocks", MapJson.write(growth.blocks().map()));
    if (!growth.newBlocks().equals(NewBlocks.of(growth.blocks()))) {
      JsonArray blocks = new JsonArray();
      growth.newBlocks().forEach(blocks::add);
      object.add("new_blocks", blocks);
    }
    object.add("widths", MapJson.write(growth.widths()));
    object.addProperty("parent", growth.parent());
    return object;
  }

  static Growth readGrowth(JsonElement element) {
    JsonFields fields = JsonFields.of(element);
    BlockMap blocks = new BlockMap(MapJson.read(fields.get("blocks")));
    return new Growth(
        fields.text("operator"),
        fields.text("version"),
        fields.map("options", value -> JsonFields.text(value, "options")),
        fields.whole("seed"),
        blocks,
        fields.has("new_blocks")
            ? Set.copyOf(
                fields.list("new_blocks", value -> JsonFields.integer(value, "new_blocks")))
            : NewBlocks.of(blocks),
        fields.map("widths", MapJson::readPair),
        fields.text("parent"));
  }
}
