package org.espalier.tf.train;

import org.espalier.api.OptimizerSettings;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/**
 * AdamW (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2).
 *
 * <p>Step counts are per parameter, so each has its own bias correction. With θ ← θ − decay·θ −
 * rate·m/(√v + ε′), rate = lr·√(1−β₂ᵗ)/(1−β₁ᵗ), ε′ = ε·√(1−β₂ᵗ) and decay = lr·λ, which are what is
 * fed, this is AdamW exactly, in one pass of TensorFlow's fused kernel.
 */
final class AdamW implements UpdateRule {
  private static final int RATE = 0;
  private static final int EPSILON = 1;
  private static final int DECAY = 2;

  private final GraphOps ops;
  private final OptimizerSettings settings;

  AdamW(GraphOps ops, OptimizerSettings settings) {
    this.ops = ops;
    this.settings = settings;
  }

  @Override
  public GraphOperation add(
      int number, UpdateTarget target, Slots slots, UpdateScalars scalars, Operation after) {
    GraphOperationBuilder apply =
        ops.builder("ResourceApplyAdam", "adam_" + number)
            .addInput(target.handle())
            .addInput(slots.first())
            .addInput(slots.second())
            .addInput(scalars.zero())
            .addInput(scalars.zero())
            .addInput(scalars.rate(number, RATE))
            .addInput(scalars.beta1())
            .addInput(scalars.beta2())
            .addInput(scalars.rate(number, EPSILON))
            .addInput(target.gradient())
            .addControlInput(after);
    if (target.decayed() && settings.weightDecay() > 0) {
      apply.addControlInput(decay(number, target, scalars, after));
    }
    return apply.build();
  }

  private GraphOperation decay(
      int number, UpdateTarget target, UpdateScalars scalars, Operation after) {
    Output<?> value = ops.read("value_" + number, target.handle(), target.variable(), after);
    Output<?> delta = ops.op("Mul", "decay_" + number, value, scalars.rate(number, DECAY));
    return ops.builder("AssignSubVariableOp", "decayed_" + number)
        .addInput(target.handle())
        .addInput(delta)
        .build();
  }
}
