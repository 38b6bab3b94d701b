package org.espalier.tf.report;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What a run saved against a baseline: the model that it ends with, trained from scratch.
 *
 * <p>The run reaches a loss where its held-out loss first is no greater, by a straight line between
 * two measurements of a stage. All stages before count, and growth.
 *
 * @param loss the baseline's last held-out loss, to be reached
 * @param lossAtEqualFlops the baseline's held-out loss after as much compute as the whole run took,
 *     by a straight line; empty where the run took more. Its learning rate had not yet fallen then,
 *     which flatters the run.
 * @param runLoss the run's last held-out loss
 * @param reachedFlops compute of the run up to there; empty where it never was
 * @param reachedSeconds time of the run up to there; empty where it never was
 * @param runFlops compute of the run
 * @param flops compute of the baseline
 * @param runSeconds time of the run
 * @param seconds time of the baseline
 */
public record Saving(
    double loss,
    OptionalDouble lossAtEqualFlops,
    double runLoss,
    OptionalDouble reachedFlops,
    OptionalDouble reachedSeconds,
    double runFlops,
    double flops,
    double runSeconds,
    double seconds) {

  /**
   * Compares two runs on the same data.
   *
   * @param run held-out losses of the run, in order, at least one
   * @param baseline held-out losses of the baseline, in order, at least one
   */
  public static Saving of(List<EvalPoint> run, List<EvalPoint> baseline) {
    EvalPoint runEnd = run.get(run.size() - 1);
    EvalPoint end = baseline.get(baseline.size() - 1);
    OptionalDouble flops = OptionalDouble.empty();
    OptionalDouble seconds = OptionalDouble.empty();
    for (int i = 0; i < run.size() && flops.isEmpty(); i++) {
      EvalPoint after = run.get(i);
      if (after.loss() <= end.loss()) {
        EvalPoint before = i == 0 ? after : run.get(i - 1);
        // Between stages a model grows, and its loss jumps.
        double part =
            before.at().stage() == after.at().stage() && before.loss() > after.loss()
                ? (before.loss() - end.loss()) / (before.loss() - after.loss())
                : 1;
        flops = OptionalDouble.of(between(before.at().flops(), after.at().flops(), part));
        seconds = OptionalDouble.of(between(before.at().seconds(), after.at().seconds(), part));
      }
    }
    return new Saving(
        end.loss(),
        lossAt(baseline, runEnd.at().flops()),
        runEnd.loss(),
        flops,
        seconds,
        runEnd.at().flops(),
        end.at().flops(),
        runEnd.at().seconds(),
        end.at().seconds());
  }

  private static OptionalDouble lossAt(List<EvalPoint> points, double flops) {
    for (int i = 1; i < points.size(); i++) {
      EvalPoint before = points.get(i - 1);
      EvalPoint after = points.get(i);
      double from = before.at().flops();
      double to = after.at().flops();
      if (from <= flops && flops <= to && from < to) {
        double part = (flops - from) / (to - from);
        return OptionalDouble.of(between(before.loss(), after.loss(), part));
      }
    }
    return OptionalDouble.empty();
  }

  private static double between(double from, double to, double part) {
    return from + (to - from) * part;
  }

  /**
   * Share of the baseline's compute that was saved up to its loss, negative where more was spent;
   * empty where the run never reached it.
   */
  public OptionalDouble flopsSaved() {
    return saved(reachedFlops, flops);
  }

  /** As {@link #flopsSaved}, of time. */
  public OptionalDouble secondsSaved() {
    return saved(reachedSeconds, seconds);
  }

  private static OptionalDouble saved(OptionalDouble spent, double all) {
    return spent.isPresent() && all > 0
        ? OptionalDouble.of(1 - spent.getAsDouble() / all)
        : OptionalDouble.empty();
  }
}
