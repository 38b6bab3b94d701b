package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.SeededRandom;
import org.espalier.api.TrainableSet;
import org.espalier.tf.family.FamilyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainableModelTest {
  private static final Map<String, String> SMALL =
      Map.of("blocks", "2", "residual", "16", "heads", "2", "vocabulary", "40", "positions", "12");

  @TempDir private Path directory;

  @Test
  void familiesTrain() {
    for (String family : new String[] {"bert", "gpt"}) {
      Path target = directory.resolve(family);
      FamilyModel built = FamilyModels.write(family, SMALL, 5, target);
      TrainableModel model = TrainableModel.read(target, built.spec());
      Set<String> all = model.chosenBy(TrainableSet.ALL);
      TrainingTask task =
          new TrainingTask(
              model.variables(),
              model.training(),
              model.inference(),
              all,
              model.decayed(),
              OptimizerSettings.adamW(0.01, 0, 0),
              3,
              8,
              1);
      try (Trainer trainer = new Trainer(task, DeviceSettings.CPU)) {
        assertThat(trainer.trained()).hasSameSizeAs(built.variables());
        new TrainerTensors(model, trainer, Optional.empty()).start();
        double first = trainer.step(example(), 0, 0.01).loss();
        assertThat(first).isBetween(Math.log(40) - 0.2, Math.log(40) + 0.2);
        double last = 0;
        for (int step = 1; step < 40; step++) {
          last = trainer.step(example(), step, 0.01).loss();
        }
        assertThat(last).isLessThan(first - 1);
      }
    }
  }

  private static Example example() {
    SeededRandom random = SeededRandom.of(8);
    int[][] rows = new int[3][9];
    for (int i = 0; i < 27; i++) {
      rows[i / 9][i % 9] = random.below(i, 40);
    }
    return Example.nextToken(rows);
  }
}
