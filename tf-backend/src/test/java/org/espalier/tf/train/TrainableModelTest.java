package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Parameter;
import org.espalier.api.SeededRandom;
import org.espalier.api.TrainableSet;
import org.espalier.tf.ForwardCost;
import org.espalier.tf.family.FamilyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainableModelTest {
  private static final Map<String, String> SMALL =
      Map.of("blocks", "2", "residual", "16", "heads", "2", "vocabulary", "40", "positions", "12");

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"bert,", "gpt,", "bert,tied_head=false;pooler=true", "gpt,tied_head=false"})
  void familiesTrain(String family, String more) {
    Path target = directory.resolve(family);
    Map<String, String> settings = new TreeMap<>(SMALL);
    if (more != null) {
      settings.putAll(Splitter.on(';').withKeyValueSeparator('=').split(more));
    }
    FamilyModel built = FamilyModels.write(family, settings, 5, target);
    TrainableModel model = TrainableModel.read(target, built.spec(), Calling.BY_CONVENTION);
    Set<String> all = model.chosenBy(TrainableSet.ALL);
    TrainingTask task =
        new TrainingTask(
            model.variables(),
            model.training(),
            model.inference(),
            all,
            model.decayed(),
            OptimizerSettings.adamW(0.01, 0, 0),
            StepShape.tokens(3, 8),
            1);
    try (Trainer trainer = new Trainer(task, DeviceSettings.CPU)) {
      // Logits do not depend on a pooler.
      long seen = built.variables().stream().filter(v -> !v.path().startsWith("pooler")).count();
      assertThat(trainer.trained()).hasSize((int) seen);
      new TrainerTensors(model, trainer, Optional.empty()).start(Set.of());
      double first = trainer.step(example(), 0, 0.01).loss();
      assertThat(first).isBetween(Math.log(40) - 0.2, Math.log(40) + 0.2);
      double last = 0;
      for (int step = 1; step < 40; step++) {
        last = trainer.step(example(), step, 0.01).loss();
      }
      assertThat(last).isLessThan(first - 1);
    }
  }

  /** The count by formula, of a sequence as long as the model takes, against that of the graph. */
  @ParameterizedTest
  @CsvSource({"bert", "gpt"})
  void theFormulaCountsWhatTheGraphDoes(String family) {
    Path target = directory.resolve(family);
    FamilyModel built = FamilyModels.write(family, SMALL, 5, target);
    TrainableModel model = TrainableModel.read(target, built.spec(), Calling.BY_CONVENTION);
    TrainingTask task =
        new TrainingTask(
            model.variables(),
            model.training(),
            model.inference(),
            model.chosenBy(TrainableSet.ALL),
            model.decayed(),
            OptimizerSettings.adamW(0.01, 0, 0),
            StepShape.tokens(3, 12),
            1);
    try (Trainer trainer = new Trainer(task, DeviceSettings.CPU)) {
      ForwardCost cost = ForwardCost.of(built.spec()).orElseThrow();
      assertThat(cost.tokens()).isEqualTo(12);
      assertThat(3 * cost.flops()).isEqualTo(trainer.flops().forward());
    }
  }

  /** A parameter without a variable would be left out of training, and nobody would be told. */
  @Test
  void parametersWithoutVariablesAreRefused() {
    Path target = directory.resolve("gpt");
    ModelSpec spec = FamilyModels.write("gpt", SMALL, 5, target).spec();
    List<Parameter> renamed =
        spec.parameters().stream()
            .map(
                p ->
                    new Parameter(
                        "elsewhere/" + p.pattern(),
                        p.block(),
                        p.role(),
                        p.dtype(),
                        p.shape(),
                        p.axes(),
                        p.trainable()))
            .toList();
    ModelSpec other =
        new ModelSpec(spec.family(), spec.blocks(), spec.dimensions(), renamed, spec.attributes());
    assertThatThrownBy(() -> TrainableModel.read(target, other, Calling.BY_CONVENTION))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("are not those that it was recognised by");
  }

  private static Example example() {
    SeededRandom random = SeededRandom.of(8);
    int[][] rows = new int[3][9];
    for (int i = 0; i < 27; i++) {
      rows[i / 9][i % 9] = random.below(i, 40);
    }
    return TokenExample.nextToken(rows);
  }
}
