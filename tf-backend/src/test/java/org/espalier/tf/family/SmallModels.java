package org.espalier.tf.family;

import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.tf.savedmodel.SavedModelDirectory;

/** Models that tests build in no time. */
final class SmallModels {
  private SmallModels() {}

  static Map<String, String> settings(String text) {
    return Splitter.on(';').withKeyValueSeparator('=').split(text);
  }

  /** Builds a model of odd sizes; {@code more} settings as {@code name=value;…}. */
  static FamilyModel build(String family, int blocks, String more) {
    Map<String, String> settings = new TreeMap<>();
    settings.putAll(settings("residual=12;heads=3;ffn=20"));
    settings.putAll(
        settings(
            family.equals("vit")
                ? "image=12;patch=4;channels=3;classes=5"
                : "vocabulary=31;positions=16"));
    settings.put("blocks", Integer.toString(blocks));
    settings.putAll(more.isEmpty() ? Map.of() : settings(more));
    return FamilyModel.build(FamilyOptions.parse(family, settings));
  }

  static SavedModelDirectory checked(FamilyModel model) {
    return SavedModelDirectory.of(Path.of("built"), model.savedModel());
  }
}
