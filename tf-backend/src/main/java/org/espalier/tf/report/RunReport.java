package org.espalier.tf.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a report shows of a run. Immutable.
 *
 * @param title the report's headline
 * @param recipe what was run: a recipe's name or a schedule's file name
 * @param stages the stages that started, in order
 * @param training the training losses, in order
 * @param heldOut the held-out losses, in order
 * @param lineage the operators that ran between stages, in order
 * @param growthLosses what those did to the held-out loss, in order
 * @param blocks looks at the blocks during training, in order
 * @param inSession the operators that ran between steps, in order
 * @param baseline held-out losses of the same model trained from scratch, in order; empty where
 *     there is none
 */
public record RunReport(
    String title,
    String recipe,
    List<StageSummary> stages,
    List<TrainPoint> training,
    List<EvalPoint> heldOut,
    List<Growth> lineage,
    List<GrowthLoss> growthLosses,
    List<BlockPoint> blocks,
    List<InSessionGrowth> inSession,
    List<EvalPoint> baseline) {

  /** Copies the lists. */
  public RunReport {
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(recipe, "recipe");
    stages = List.copyOf(stages);
    training = List.copyOf(training);
    heldOut = List.copyOf(heldOut);
    lineage = List.copyOf(lineage);
    growthLosses = List.copyOf(growthLosses);
    blocks = List.copyOf(blocks);
    inSession = List.copyOf(inSession);
    baseline = List.copyOf(baseline);
  }

  /** Makes a report of the events of a run, as {@link MetricsLog#read} gives them. */
  public static RunReport of(String title, String recipe, List<RunEvent> events) {
    List<StageSummary> stages = new ArrayList<>();
    for (StageStart start : only(StageStart.class, events)) {
      stages.add(summary(start, events));
    }
    return new RunReport(
        title,
        recipe,
        stages,
        only(TrainPoint.class, events),
        only(EvalPoint.class, events),
        only(Growth.class, events),
        only(GrowthLoss.class, events),
        only(BlockPoint.class, events),
        only(InSessionGrowth.class, events),
        List.of());
  }

  /** The same report beside the held-out losses of another run. */
  RunReport against(List<EvalPoint> baseline) {
    return new RunReport(
        title,
        recipe,
        stages,
        training,
        heldOut,
        lineage,
        growthLosses,
        blocks,
        inSession,
        baseline);
  }

  /** What was saved, where there is a baseline to tell. */
  Optional<Saving> saving() {
    return baseline.isEmpty() || heldOut.isEmpty()
        ? Optional.empty()
        : Optional.of(Saving.of(heldOut, baseline));
  }

  private static StageSummary summary(StageStart start, List<RunEvent> events) {
    RunPosition end = start.at();
    double first = Double.NaN;
    double last = Double.NaN;
    for (RunEvent event : events) {
      if (event.at().stage() != start.at().stage()) {
        continue;
      }
      end = event.at();
      if (event instanceof EvalPoint eval) {
        first = Double.isNaN(first) ? eval.loss() : first;
        last = eval.loss();
      }
    }
    return new StageSummary(start, end, first, last);
  }

  private static <T extends RunEvent> List<T> only(Class<T> type, List<RunEvent> events) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
