package org.espalier.tf.train;

import java.util.List;
import org.espalier.api.EspalierException;
import org.espalier.api.Stage;
import org.espalier.api.TrainSettings;
import org.espalier.tf.report.EvalPoint;
import org.espalier.tf.report.MetricsLog;
import org.espalier.tf.report.RunEvent;

/** The held-out loss before and after the growths between two stages, on the same examples. */
final class LossAcrossGrowth {
  private final RunContext run;

  LossAcrossGrowth(RunContext run) {
    this.run = run;
  }

  /** Returns whether a stage starts with a model that was grown. */
  boolean isGrown(int stage) {
    return stage > 0 && !run.schedule().stages().get(stage - 1).grow().isEmpty();
  }

  /**
   * Returns the loss of the model that was grown for a stage, on that stage's examples: what was
   * logged last where the stage before evaluates on the same, measured otherwise.
   */
  double before(int stage) {
    List<Stage> stages = run.schedule().stages();
    TrainSettings settings = stages.get(stage).train();
    TrainSettings earlier = stages.get(stage - 1).train();
    return sameExamples(settings, earlier)
        ? lastLogged(events(), stage - 1)
        : measure(stage - 1, settings);
  }

  private static boolean sameExamples(TrainSettings a, TrainSettings b) {
    return a.objective() == b.objective()
        && a.batch() == b.batch()
        && a.sequence() == b.sequence()
        && a.evaluationBatches() == b.evaluationBatches();
  }

  private List<RunEvent> events() {
    return MetricsLog.read(run.directory().path().resolve(MetricsLog.FILE_NAME));
  }

  private static double lastLogged(List<RunEvent> events, int stage) {
    return events.stream()
        .filter(event -> event instanceof EvalPoint && event.at().stage() == stage)
        .mapToDouble(event -> ((EvalPoint) event).loss())
        .reduce(Double.NaN, (before, next) -> next);
  }

  private double measure(int stage, TrainSettings settings) {
    TrainableModel model = run.models().open(run.directory().model(stage));
    return takes(model, settings)
        ? Evaluator.evaluate(
                model,
                run.corpus(),
                settings.objective(),
                settings.microBatch(),
                settings.sequence(),
                heldOutParts(settings),
                run.settings().device())
            .loss()
        : Double.NaN;
  }

  /** A small model may not take the next stage's longer sequences; the run goes on without. */
  private boolean takes(TrainableModel model, TrainSettings settings) {
    try {
      StageData.of(
          model, run.corpus(), settings.objective(), settings.microBatch(), settings.sequence());
      return true;
    } catch (EspalierException e) {
      return false;
    }
  }

  /** As many parts of batches as there are in the batches of an evaluation. */
  static int heldOutParts(TrainSettings settings) {
    long parts = (long) settings.evaluationBatches() * settings.accumulate();
    return (int) Math.min(Integer.MAX_VALUE, parts);
  }
}
