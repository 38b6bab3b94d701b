package org.espalier.tf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Schedule;
import org.espalier.api.SlotPolicy;
import org.espalier.api.Stage;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.espalier.tf.report.EvalPoint;
import org.espalier.tf.report.MetricsLog;
import org.espalier.tf.report.RunReport;
import org.espalier.tf.report.Saving;
import org.espalier.tf.report.StageStart;
import org.espalier.tf.report.StageSummary;

/** What a run is measured against: the model that it ends with, trained from scratch. */
final class Baseline {
  /** The sizes that growth changes. */
  private static final List<String> GROWING = List.of("residual", "heads", "head_size", "ffn");

  /** How often a baseline is evaluated. */
  private static final long EVALUATIONS = 40;

  private Baseline() {}

  /**
   * Returns the baseline's schedule.
   *
   * @param run the run's directory
   */
  static Schedule schedule(Schedule grown, ModelSpec end, BaselineRequest asked, Path run) {
    Map<String, String> sizes = new TreeMap<>(grown.model().settings());
    sizes.put("blocks", Integer.toString(end.blocks()));
    for (String dimension : GROWING) {
      if (end.dimensions().containsKey(dimension)) {
        sizes.put(dimension, Integer.toString(end.dimensions().get(dimension)));
      }
    }
    asked.check(grown);
    List<TrainSettings> stages = grown.stages().stream().map(Stage::train).toList();
    TrainSettings last = stages.get(stages.size() - 1);
    long all =
        asked.compute().isPresent()
            ? steps(asked.compute().getAsDouble(), run)
            : asked.steps().orElse(stages.stream().mapToLong(TrainSettings::steps).sum());
    TrainSettings train =
        new TrainSettings(
            last.objective(),
            all,
            last.batch(),
            last.sequence(),
            optimizer(stages, asked),
            TrainableSet.ALL,
            Math.max(1, all / EVALUATIONS),
            last.evaluationBatches(),
            last.checkpointEvery(),
            List.of(),
            List.of(),
            last.accumulate(),
            last.precision());
    return new Schedule(
        grown.name() + "-baseline",
        "From scratch, against " + grown.name(),
        new ModelRequest(grown.model().family(), sizes),
        grown.seed(),
        grown.heldOut(),
        List.of(new Stage("scratch", train, List.of(), SlotPolicy.RESET)));
  }

  /** As many as cost {@code factor} times what the run did. */
  private static long steps(double factor, Path run) {
    List<StageSummary> stages =
        RunReport.of("", "", MetricsLog.read(run.resolve(MetricsLog.FILE_NAME))).stages();
    StageStart last = stages.get(stages.size() - 1).start();
    double spent =
        stages.stream()
            .mapToDouble(stage -> stage.steps() * stage.start().densityScaledFlops())
            .sum();
    return Math.max(1, Math.round(factor * spent / last.wholeKernelFlops()));
  }

  /**
   * The peak asked for or the largest of all stages, with the first's warm-up and the last's end.
   */
  private static OptimizerSettings optimizer(List<TrainSettings> stages, BaselineRequest asked) {
    OptimizerSettings first = stages.get(0).optimizer();
    OptimizerSettings last = stages.get(stages.size() - 1).optimizer();
    double peak =
        stages.stream().mapToDouble(stage -> stage.optimizer().learningRate()).max().orElseThrow();
    double rate = asked.learningRate().orElse(peak);
    return new OptimizerSettings(
        rate,
        Math.min(rate, last.endLearningRate()),
        first.warmupSteps(),
        last.beta1(),
        last.beta2(),
        last.epsilon(),
        last.weightDecay(),
        last.clipNorm(),
        last.decay(),
        last.algorithm());
  }

  static Saving saving(Path run, Path baseline) {
    return Saving.of(losses(run), losses(baseline));
  }

  private static List<EvalPoint> losses(Path run) {
    List<EvalPoint> losses =
        RunReport.of("", "", MetricsLog.read(run.resolve(MetricsLog.FILE_NAME))).heldOut();
    if (losses.isEmpty()) {
      throw new EspalierException(run + " has no held-out loss to compare; let it run first");
    }
    return losses;
  }
}
