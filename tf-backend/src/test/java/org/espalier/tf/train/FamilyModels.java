package org.espalier.tf.train;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.api.Parameter;
import org.espalier.api.SeededRandom;
import org.espalier.tf.bundle.BundleWriter;
import org.espalier.tf.family.FamilyModel;
import org.espalier.tf.family.FamilyOptions;
import org.espalier.tf.family.FamilyVariable;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.SavedModelWriter;
import org.tensorflow.proto.DataType;

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
          for (FamilyVariable variable : model.variables()) {
            add(bundle, variable, seed);
          }
          bundle.addString(CheckpointGraph.KEY, model.checkpointGraph().toByteArray());
          bundle.write(1, bytes -> {});
        });
    return model;
  }

  private static void add(BundleWriter bundle, FamilyVariable variable, long seed) {
    Parameter parameter = variable.parameter();
    SeededRandom random = SeededRandom.of(seed).stream(variable.path());
    bundle.add(
        variable.checkpointKey(),
        DataType.DT_FLOAT,
        List.copyOf(parameter.shape()),
        (long offset, ByteBuffer target) -> {
          for (long i = offset / 4; target.hasRemaining(); i++) {
            target.putFloat((float) random.draw(variable.initializer(), i));
          }
        });
  }
}
