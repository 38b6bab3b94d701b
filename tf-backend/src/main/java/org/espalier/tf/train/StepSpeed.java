package org.espalier.tf.train;

/**
 * How long a step takes lately: a moving average, begun anew after the first step of a session,
 * which also sets TensorFlow up.
 */
final class StepSpeed {
  private static final double SMOOTHING = 0.9;

  private double seconds;
  private long steps;

  void add(double secondsOfStep) {
    steps++;
    seconds = steps <= 2 ? secondsOfStep : SMOOTHING * seconds + (1 - SMOOTHING) * secondsOfStep;
  }

  /** Seconds a step; 0 before the first. */
  double secondsPerStep() {
    return seconds;
  }
}
