package org.espalier.tf.report;

import java.util.Objects;

/**
 * What became of a stage.
 *
 * @param start the stage's start and what it was to train
 * @param end the last position logged in it
 * @param firstLoss the first held-out loss measured in it; not a number where there is none
 * @param lastLoss the last held-out loss measured in it; not a number where there is none
 */
public record StageSummary(StageStart start, RunPosition end, double firstLoss, double lastLoss) {

  /** Checks that start and end are there. */
  public StageSummary {
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(end, "end");
  }

  /** Optimizer steps done. */
  public long steps() {
    return end.step() - start.at().step();
  }

  /** Wall-clock seconds spent, evaluation included. */
  public double seconds() {
    return end.seconds() - start.at().seconds();
  }

  /** Tokens trained on per second over the whole stage; 0 where no time has passed. */
  public double tokensPerSecond() {
    return seconds() > 0 ? (end.tokens() - start.at().tokens()) / seconds() : 0;
  }
}
