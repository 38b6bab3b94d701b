package org.espalier.tf.train;

import java.nio.file.Path;
import java.util.Map;
import org.espalier.tf.bundle.BundleWriter;
import org.espalier.tf.family.FamilyModel;
import org.espalier.tf.family.FamilyOptions;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.SavedModelWriter;

/** Writes small models of the families for tests. */
final class FamilyModels {
  private FamilyModels() {}

  static FamilyModel write(String family, Map<String, String> settings, long seed, Path target) {
    FamilyModel model = FamilyModel.build(FamilyOptions.parse(family, settings));
    SavedModelWriter.write(
        null,
        target,
        model.savedModel(),
        staging -> {
          BundleWriter bundle = BundleWriter.create(staging.resolve("variables/variables"));
          model.variables().forEach(v -> StackingModels.draw(bundle, v, seed));
          bundle.addString(CheckpointGraph.KEY, model.checkpointGraph().toByteArray());
          bundle.write(1, bytes -> {});
        });
    return model;
  }
}
