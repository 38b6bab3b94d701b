package org.espalier.tf.train;

import org.espalier.tf.report.RunPosition;

/** How far a run has come; counts are from the start of the run but for {@code stageStep}. */
record Position(int stage, long stageStep, long step, long tokens, double flops) {
  static final Position START = new Position(0, 0, 0, 0, 0);

  static Position of(TrainerState state) {
    return new Position(
        state.stage(), state.stageStep(), state.step(), state.tokens(), state.flops());
  }

  Position afterStep(long stepTokens, Flops stepFlops) {
    return new Position(
        stage, stageStep + 1, step + 1, tokens + stepTokens, flops + (double) stepFlops.total());
  }

  Position atNextStage() {
    return new Position(stage + 1, 0, step, tokens, flops);
  }

  RunPosition report(RunClock clock) {
    return new RunPosition(stage, step, tokens, clock.seconds(), flops);
  }

  TrainerState state(RunClock clock, long seed, RunFacts facts) {
    return new TrainerState(
        stage,
        stageStep,
        step,
        tokens,
        clock.seconds(),
        flops,
        seed,
        facts.schedule(),
        facts.data(),
        facts.environment());
  }
}
