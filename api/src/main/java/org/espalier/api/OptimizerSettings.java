package org.espalier.api;

import java.util.Objects;

/**
 * An optimizer of Adam's kind, with warm-up and decay.
 *
 * <p>The learning rate of step s (from 1) is peak·s/warmup during warm-up, then falls from the peak
 * to the end value at the stage's last step.
 *
 * @param learningRate the peak
 * @param endLearningRate the value at the last step
 * @param warmupSteps steps to the peak; 0 starts there
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay share of a weight in its update; not of biases and norms
 * @param clipNorm largest norm of all gradients together; 0 for no limit
 * @param decay how the learning rate falls
 * @param algorithm how gradients become updates
 */
public record OptimizerSettings(
    double learningRate,
    double endLearningRate,
    long warmupSteps,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double clipNorm,
    LearningRateDecay decay,
    OptimizerAlgorithm algorithm) {

  /** Makes settings of AdamW whose learning rate falls linearly. */
  public OptimizerSettings(
      double learningRate,
      double endLearningRate,
      long warmupSteps,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      double clipNorm) {
    this(
        learningRate,
        endLearningRate,
        warmupSteps,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        clipNorm,
        LearningRateDecay.LINEAR,
        OptimizerAlgorithm.ADAMW);
  }

  /** Checks the ranges. */
  public OptimizerSettings {
    check(learningRate > 0, "learning_rate", learningRate, "above 0");
    check(endLearningRate >= 0, "end_learning_rate", endLearningRate, "at least 0");
    check(warmupSteps >= 0, "warmup_steps", (double) warmupSteps, "at least 0");
    check(beta1 >= 0 && beta1 < 1, "beta1", beta1, "in [0, 1)");
    check(beta2 >= 0 && beta2 < 1, "beta2", beta2, "in [0, 1)");
    check(epsilon > 0, "epsilon", epsilon, "above 0");
    check(weightDecay >= 0, "weight_decay", weightDecay, "at least 0");
    Objects.requireNonNull(decay, "decay");
    Objects.requireNonNull(algorithm, "algorithm");
    check(clipNorm >= 0, "clip_norm", clipNorm, "at least 0");
  }

  private static void check(boolean legal, String field, double value, String range) {
    if (!legal) {
      throw new IllegalArgumentException(field + " is " + value + ", must be " + range);
    }
  }

  /** Returns the settings of BERT with the given learning rates and warm-up. */
  public static OptimizerSettings adamW(double peak, double end, long warmupSteps) {
    return new OptimizerSettings(peak, end, warmupSteps, 0.9, 0.999, 1e-6, 0.01, 1.0);
  }

  /** Returns these settings with another curve of the learning rate. */
  OptimizerSettings withRates(double peak, double end, long warmup) {
    return with(peak, end, warmup, decay, algorithm);
  }

  /** Returns these settings with another form of the fall. */
  OptimizerSettings with(LearningRateDecay other) {
    return with(learningRate, endLearningRate, warmupSteps, other, algorithm);
  }

  /** Returns these settings with another algorithm. */
  public OptimizerSettings with(OptimizerAlgorithm other) {
    return with(learningRate, endLearningRate, warmupSteps, decay, other);
  }

  private OptimizerSettings with(
      double peak, double end, long warmup, LearningRateDecay fall, OptimizerAlgorithm updates) {
    return new OptimizerSettings(
        peak, end, warmup, beta1, beta2, epsilon, weightDecay, clipNorm, fall, updates);
  }

  /** Returns the learning rate of a step, counted from 1, of a stage of {@code steps} steps. */
  public double learningRate(long step, long steps) {
    if (step <= warmupSteps) {
      return learningRate * (double) step / (double) warmupSteps;
    }
    long after = Math.max(0, steps - warmupSteps);
    long falling = decay.steps() == 0 ? after : Math.min(decay.steps(), after);
    double part = (double) (step - (steps - falling)) / (double) Math.max(1, falling);
    double left = decay.left(Math.max(0, Math.min(1, part)));
    return endLearningRate + (learningRate - endLearningRate) * left;
  }
}
