package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.espalier.api.EspalierException;
import org.espalier.api.LearningRateDecay;
import org.espalier.api.OptimizerAlgorithm;
import org.espalier.api.ParameterGroup;
import org.espalier.api.Precision;
import org.espalier.api.Schedule;
import org.espalier.api.Selector;
import org.espalier.api.TrainableSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScheduleYamlTest {
  private static final String GOOD =
      """
      name: small
      model: {family: bert, blocks: 1, norm_epsilon: 1e-9}
      stages:
        - name: a
          train: {objective: mlm, steps: 7, learning_rate: 1e-3}
          grow: [{operator: stack, options: {factor: 2, list: [1, 2]}}]
        - name: b
          train: {objective: clm, steps: 3, learning_rate: 0.001, trainable: {exclude: [blocks=0]}}
          grow: [{operator: interpolate, references: {other: a}}]
          slots: copy
      """;

  @Test
  void thePrecisionIsKept() {
    Schedule schedule =
        ScheduleYaml.parse(GOOD.replace("steps: 3,", "steps: 3, precision: mixed_bfloat16,"));
    assertThat(schedule.stages())
        .extracting(s -> s.train().precision())
        .containsExactly(Precision.FULL, Precision.MIXED_BFLOAT16);
    assertThat(ScheduleYaml.parse(ScheduleText.of(schedule))).isEqualTo(schedule);
  }

  @Test
  void writesWhatItReads() {
    Schedule schedule = ScheduleYaml.parse(GOOD);
    assertThat(schedule.stages().get(0).train().optimizer().learningRate()).isEqualTo(1e-3);
    assertThat(schedule.stages().get(0).grow().get(0).options()).containsEntry("list", "1,2");
    assertThat(ScheduleYaml.parse(ScheduleYaml.write(schedule))).isEqualTo(schedule);
  }

  @Test
  void theFallOfTheLearningRateIsReadAndWritten() {
    String yaml =
        GOOD.replace(
            "learning_rate: 0.001",
            "learning_rate: 0.001, learning_rate_decay: cosine, decay_steps: 2");
    assertThat(yaml).isNotEqualTo(GOOD);
    Schedule schedule = ScheduleYaml.parse(yaml);
    assertThat(schedule.stages())
        .extracting(stage -> stage.train().optimizer().decay())
        .contains(new LearningRateDecay(LearningRateDecay.Form.COSINE, 2));
    assertThat(ScheduleYaml.parse(ScheduleYaml.write(schedule))).isEqualTo(schedule);
  }

  @Test
  void groupsAreReadAndWritten() {
    String yaml =
        GOOD.replace(
            "learning_rate: 0.001",
            "learning_rate: 0.001, groups: [{include: [new], exclude: [role=ffn], rewarm: 9},"
                + " {learning_rate_factor: 0.5}, {include: [role=head], learning_rate: 0.1,"
                + " end_learning_rate: 0.01, warmup_steps: 2}]");
    assertThat(yaml).isNotEqualTo(GOOD);
    Schedule schedule = ScheduleYaml.parse(yaml);
    OptionalDouble none = OptionalDouble.empty();
    OptionalLong never = OptionalLong.empty();
    assertThat(schedule.stages().get(1).train().groups())
        .containsExactly(
            new ParameterGroup(
                new TrainableSet(List.of(Selector.NEW), List.of(new Selector("role=ffn"))),
                1,
                none,
                none,
                never,
                OptionalLong.of(9)),
            new ParameterGroup(TrainableSet.ALL, 0.5, none, none, never, never),
            new ParameterGroup(
                new TrainableSet(List.of(new Selector("role=head")), List.of()),
                1,
                OptionalDouble.of(0.1),
                OptionalDouble.of(0.01),
                OptionalLong.of(2),
                never));
    assertThat(ScheduleYaml.parse(ScheduleYaml.write(schedule))).isEqualTo(schedule);
  }

  @Test
  void theOptimizerIsReadAndWritten() {
    Schedule schedule = ScheduleYaml.parse(GOOD.replace("steps: 3,", "steps: 3, optimizer: lamb,"));
    assertThat(schedule.stages())
        .extracting(stage -> stage.train().optimizer().algorithm())
        .containsExactly(OptimizerAlgorithm.ADAMW, OptimizerAlgorithm.LAMB);
    assertThat(ScheduleYaml.parse(ScheduleYaml.write(schedule))).isEqualTo(schedule);
  }

  @Test
  void theCutOfBatchesIsReadAndWritten() {
    Schedule schedule = ScheduleYaml.parse(GOOD.replace("steps: 3,", "steps: 3, accumulate: 8,"));
    assertThat(schedule.stages()).extracting(s -> s.train().accumulate()).containsExactly(1, 8);
    assertThat(schedule.stages()).extracting(s -> s.train().microBatch()).containsExactly(32, 4);
    assertThat(ScheduleYaml.parse(ScheduleYaml.write(schedule))).isEqualTo(schedule);
  }

  @Test
  void imagesHaveNoSequence() {
    String images = GOOD.replaceAll("objective: (mlm|clm)", "objective: classification");
    Schedule schedule = ScheduleYaml.parse(images);
    assertThat(schedule.stages())
        .allSatisfy(stage -> assertThat(stage.train().sequence()).isZero());
    assertThat(ScheduleYaml.parse(ScheduleYaml.write(schedule))).isEqualTo(schedule);
    assertThatThrownBy(
            () -> ScheduleYaml.parse(GOOD.replace("objective: clm", "objective: clm, sequence: 0")))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void recipesAreSound() {
    for (String name : Recipes.names()) {
      Schedule recipe = Recipes.load(name);
      assertThat(recipe.name()).isEqualTo(name);
      assertThat(recipe.stages()).hasSizeGreaterThan(1);
      assertThat(ScheduleYaml.parse(ScheduleYaml.write(recipe))).isEqualTo(recipe);
    }
    assertThatThrownBy(() -> Recipes.load("stacking-brt"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("did you mean 'stacking-bert'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          steps: 7               | steps: -3            | stages[0].train.steps is -3, must be at least 0
          steps: 3               | steps: many          | stages[1].train.steps is many, must be a whole number
          steps: 3               | stepz: 3             | stages[1].train.stepz is no field (did you mean 'steps'?)
          steps: 3               | 'steps: 3, accumulate: 0'  | stages[1].train.accumulate is 0, must be at least 1 and a divisor of the batch of 32
          steps: 3               | 'steps: 3, precision: half' | stages[1].train.precision is half, must be one of full, mixed_bfloat16
          steps: 3               | 'steps: 3, accumulate: 5'  | stages[1].train.accumulate is 5, must be at least 1 and a divisor of the batch of 32
          steps: 3               | 'steps: 3, optimizer: sgd' | stages[1].train.optimizer is sgd, must be one of adamw, lamb
          objective: clm         | objective: next      | stages[1].train.objective is next, must be one of mlm, clm
          slots: copy            | slots: keep          | stages[1].slots is keep
          blocks=0               | block=0              | stages[1].train.trainable.'block=0' selects no
          learning_rate: 0.001   | learning_rate: 0     | stages[1].train.learning_rate is 0.0, must be above 0
          family: bert           | familie: bert        | model.family is missing
          '{other: a}'           | '{other: c}'         | refers to 'c'
          '{factor: 2'           | '{factor: {a: 1}'    | stages[0].grow[0].options.factor must be one value
          exclude: [blocks=0]}   | 'exclude: [blocks=0]}, groups: [{rewarm: -2}]'                | stages[1].train.groups[0].rewarm is -2.0, must be at least 0
          exclude: [blocks=0]}   | 'exclude: [blocks=0]}, groups: [{rewarm: soon}]'              | stages[1].train.groups[0].rewarm is soon, must be a whole number
          exclude: [blocks=0]}   | 'exclude: [blocks=0]}, groups: [{include: [new]}]'            | stages[1].train.groups[0].learning_rate_factor is missing, as are
          exclude: [blocks=0]}   | 'exclude: [blocks=0]}, groups: [{learning_rate_factor: 0}]'   | stages[1].train.groups[0].learning_rate_factor is 0.0, must be above 0
          exclude: [blocks=0]}   | 'exclude: [blocks=0]}, groups: [{factor: 2}]'                 | stages[1].train.groups[0].factor is no field
          exclude: [blocks=0]}   | 'exclude: [blocks=0]}, groups: [{include: [knew], rewarm: 2}]' | stages[1].train.groups[0].'knew' selects no
          learning_rate: 1e-3    | 'learning_rate: 1e-3, trainable: {include: [new]}'            | stage 'a' selects what is new, but no growth comes directly before it
          name: small            | 'name: [a'           | no YAML: line
          name: small            | 'seed: 1\nseed: 2'   | duplicate
          name: small            | '- 1'                | no YAML
          name: small            | 'name: !!java.io.File [x]' | no YAML
          """)
  void namesTheFieldThatIsWrong(String before, String after, String message) {
    String yaml = GOOD.replace(before, after.replace("\\n", "\n"));
    assertThat(yaml).isNotEqualTo(GOOD);
    assertThatThrownBy(() -> ScheduleYaml.parse(yaml))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
  }
}
