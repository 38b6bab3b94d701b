package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthStep;
import org.espalier.api.ModelRequest;
import org.espalier.api.Objective;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Schedule;
import org.espalier.api.Selector;
import org.espalier.api.SlotPolicy;
import org.espalier.api.Stage;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.report.HtmlReport;
import org.espalier.tf.report.MetricsLog;
import org.espalier.tf.report.RunReport;
import org.espalier.tf.report.Saving;
import org.espalier.tf.report.StageStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {
  private static final Map<String, String> SMALL =
      Map.of(
          "blocks",
          "2",
          "residual",
          "8",
          "heads",
          "2",
          "ffn",
          "16",
          "vocabulary",
          "261",
          "positions",
          "16");

  @TempDir Path folder;

  @Test
  void isTheModelThatTheRunEndsWithFromScratch() throws IOException {
    Schedule schedule =
        new Schedule(
            "grown",
            "",
            new ModelRequest("gpt", SMALL),
            7,
            0.1,
            List.of(
                new Stage(
                    "small",
                    train(5, OptimizerSettings.adamW(2e-3, 1e-4, 2)),
                    List.of(new GrowthStep("stack", Map.of("factor", "2"), Map.of())),
                    SlotPolicy.RESET),
                new Stage(
                    "large",
                    train(6, OptimizerSettings.adamW(1e-3, 1e-5, 1)),
                    List.of(new GrowthStep("coalesce", Map.of(), Map.of())),
                    SlotPolicy.RESET)));
    Path run = folder.resolve("run");
    Path scratch = run.resolve(HtmlReport.BASELINE);
    try (TokenStore text = TokenStore.of(SampleText.write(folder))) {
      RunResult result = Espalier.run(schedule, text, run);
      Schedule baseline = Espalier.baseline(schedule, result, BaselineRequest.standard());

      assertThat(baseline.model().family()).isEqualTo("gpt");
      assertThat(baseline.model().settings())
          .containsAllEntriesOf(
              Map.of(
                  "blocks",
                  "2",
                  "residual",
                  "4",
                  "heads",
                  "1",
                  "head_size",
                  "4",
                  "ffn",
                  "8",
                  "vocabulary",
                  "261",
                  "positions",
                  "16"));
      assertThat(baseline.seed()).isEqualTo(7);
      assertThat(baseline.heldOut()).isEqualTo(0.1);
      assertThat(baseline.stages()).hasSize(1);
      TrainSettings settings = baseline.stages().get(0).train();
      assertThat(settings.steps()).isEqualTo(11);
      assertThat(settings.optimizer()).isEqualTo(OptimizerSettings.adamW(2e-3, 1e-5, 2));
      TrainSettings own =
          Espalier.baseline(
                  schedule,
                  result,
                  new BaselineRequest(
                      OptionalLong.of(3), OptionalDouble.empty(), OptionalDouble.of(5e-4)))
              .stages()
              .get(0)
              .train();
      assertThat(own.steps()).isEqualTo(3);
      assertThat(own.optimizer()).isEqualTo(OptimizerSettings.adamW(5e-4, 1e-5, 2));
      // Below the end of the last stage: it does not rise.
      assertThat(
              Espalier.baseline(
                      schedule,
                      result,
                      new BaselineRequest(
                          OptionalLong.empty(), OptionalDouble.empty(), OptionalDouble.of(5e-6)))
                  .stages()
                  .get(0)
                  .train()
                  .optimizer())
          .isEqualTo(OptimizerSettings.adamW(5e-6, 5e-6, 2));

      RunResult whole = Espalier.run(baseline, text, scratch);
      try (Model grown = Espalier.open(result.model());
          Model built = Espalier.open(whole.model())) {
        assertThat(built.spec()).isEqualTo(grown.spec());
      }
      Saving saving = Espalier.saving(run, scratch);
      assertThat(saving.loss()).isEqualTo(whole.heldOutLoss());
      assertThat(saving.runFlops()).isPositive();
      Espalier.report(run);
      assertThat(run.resolve(HtmlReport.FILE_NAME))
          .content()
          .contains("Against training from scratch");
    }
  }

  @Test
  void takesAsMuchComputeAsAsked() throws IOException {
    Schedule schedule = stacked(train(8, OptimizerSettings.adamW(1e-3, 0, 1)));
    try (TokenStore text = TokenStore.of(SampleText.write(folder))) {
      RunResult result = Espalier.run(schedule, text, folder.resolve("run"));
      for (double factor : List.of(1.0, 2.5)) {
        Path scratch = folder.resolve("scratch-" + factor);
        Espalier.run(Espalier.baseline(schedule, result, compute(factor)), text, scratch);
        Saving saving = Espalier.saving(folder.resolve("run"), scratch);
        assertThat(saving.flops() / saving.runFlops()).isCloseTo(factor, within(0.05));
      }
    }
  }

  @Test
  void zerosOfSparseModelsCostNothing() throws IOException {
    TrainSettings train = train(40, OptimizerSettings.adamW(1e-3, 0, 1));
    Map<String, String> settings = new TreeMap<>(SMALL);
    settings.putAll(Map.of("residual", "64", "ffn", "64"));
    Map<String, String> sparse = Map.of("sparsity", "0.75", "block", "32");
    Schedule schedule =
        new Schedule(
            "sparse",
            "",
            new ModelRequest("gpt", settings),
            7,
            0.1,
            List.of(
                new Stage(
                    "pattern",
                    train(0, OptimizerSettings.adamW(1e-3, 0, 0)),
                    List.of(new GrowthStep("sparse-reallocate", sparse, Map.of())),
                    SlotPolicy.RESET),
                new Stage("sparse", train, List.of(), SlotPolicy.RESET)));
    try (TokenStore text = TokenStore.of(SampleText.write(folder))) {
      RunResult result = Espalier.run(schedule, text, folder.resolve("run"));
      Path scratch = folder.resolve("scratch");
      Espalier.run(Espalier.baseline(schedule, result, compute(1)), text, scratch);
      StageStart run = start(folder.resolve("run"), 1);
      StageStart dense = start(scratch, 0);
      assertThat(dense.forwardFlops() + dense.backwardFlops()).isEqualTo(run.wholeKernelFlops());
      assertThat(run.densityScaledFlops()).isLessThan(0.8 * run.wholeKernelFlops());
      assertThat(dense.steps() * run.wholeKernelFlops() / (40 * run.densityScaledFlops()))
          .isCloseTo(1, within(0.05));
    }
  }

  private static StageStart start(Path run, int stage) {
    return RunReport.of("", "", MetricsLog.read(run.resolve(MetricsLog.FILE_NAME)))
        .stages()
        .get(stage)
        .start();
  }

  @Test
  void refusesToGuessWhatAStepCosts() throws IOException {
    TrainSettings all = train(2, OptimizerSettings.adamW(1e-3, 0, 1));
    TrainSettings top =
        new TrainSettings(
            all.objective(),
            all.steps(),
            all.batch(),
            all.sequence(),
            all.optimizer(),
            new TrainableSet(List.of(new Selector("blocks=-1..")), List.of()),
            2,
            2,
            0);
    try (TokenStore text = TokenStore.of(SampleText.write(folder))) {
      Schedule schedule = stacked(top);
      RunResult result = Espalier.run(schedule, text, folder.resolve("run"));
      assertThatThrownBy(() -> Espalier.baseline(schedule, result, compute(1)))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("stage 'large' does not train the whole model")
          .hasMessageContaining("say how many steps");
    }
    assertThatThrownBy(
            () ->
                new BaselineRequest(
                    OptionalLong.of(3), OptionalDouble.of(1), OptionalDouble.empty()))
        .hasMessage("baseline steps and baseline compute exclude each other");
    assertThatThrownBy(() -> compute(0)).hasMessage("baseline compute is 0.0, must be above 0");
  }

  private static BaselineRequest compute(double factor) {
    return new BaselineRequest(
        OptionalLong.empty(), OptionalDouble.of(factor), OptionalDouble.empty());
  }

  private static Schedule stacked(TrainSettings last) {
    return new Schedule(
        "stacked",
        "",
        new ModelRequest("gpt", SMALL),
        7,
        0.1,
        List.of(
            new Stage(
                "small",
                train(40, OptimizerSettings.adamW(2e-3, 1e-4, 2)),
                List.of(new GrowthStep("stack", Map.of("factor", "2"), Map.of())),
                SlotPolicy.RESET),
            new Stage("large", last, List.of(), SlotPolicy.RESET)));
  }

  private static TrainSettings train(long steps, OptimizerSettings optimizer) {
    return new TrainSettings(Objective.CLM, steps, 4, 16, optimizer, TrainableSet.ALL, 2, 2, 0);
  }
}
