package org.espalier.tf.train;

import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/**
 * LAMB (You et al., arXiv 1904.00962, algorithm 2), with φ the identity.
 *
 * <p>With θ ← θ − lr·ratio·r and r = share·m/(√v + ε′) + λ·θ, where share = √(1−β₂ᵗ)/(1−β₁ᵗ) and ε′
 * = ε·√(1−β₂ᵗ), which are fed beside lr, r is the paper's with its bias correction. The ratio is
 * ‖θ‖/‖r‖ of the whole parameter, before the update, and 1 where either norm is 0. Biases and norms
 * neither decay nor are adapted, as in the published implementations for BERT (google-research
 * albert/lamb_optimizer.py and TensorFlow Addons exclude from adaptation what they exclude from
 * decay). Norms are taken of sums in the parameter's type and rooted in float64.
 */
final class Lamb implements UpdateRule {
  private static final int SHARE = 0;
  private static final int EPSILON = 1;
  private static final int RATE = 2;

  private final GraphOps ops;
  private final Output<?> zero;
  private final Output<?> one;

  Lamb(GraphOps ops) {
    this.ops = ops;
    this.zero = ops.scalar("no_norm", 0, DataType.DT_DOUBLE);
    this.one = ops.scalar("no_ratio", 1, DataType.DT_DOUBLE);
  }

  @Override
  public GraphOperation add(
      int number, UpdateTarget target, Slots slots, UpdateScalars scalars, Operation after) {
    ModelVariable variable = target.variable();
    Output<?> gradient = target.gradient();
    Output<?> square = ops.op("Square", "square_" + number, gradient);
    Output<?> first = ops.read("first_" + number, slots.first(), variable, after);
    Output<?> second = ops.read("second_" + number, slots.second(), variable, after);
    Output<?> nextFirst = moved("next_first_" + number, first, gradient, scalars.rest1());
    Output<?> nextSecond = moved("next_second_" + number, second, square, scalars.rest2());

    Output<?> root = ops.op("Sqrt", "root_" + number, nextSecond);
    Output<?> below = ops.op("AddV2", "below_" + number, root, scalars.rate(number, EPSILON));
    Output<?> above = ops.op("Mul", "above_" + number, nextFirst, scalars.rate(number, SHARE));
    Output<?> direction = ops.op("RealDiv", "adam_" + number, above, below);
    Output<?> length = scalars.rate(number, RATE);
    if (target.decayed()) {
      Output<?> value = ops.read("value_" + number, target.handle(), variable, after);
      Output<?> decayed = ops.op("Mul", "decay_" + number, value, scalars.weightDecay());
      direction = ops.op("AddV2", "direction_" + number, direction, decayed);
      Output<?> ratio = ratio(number, value, direction);
      Output<?> typed = ops.cast("typed_ratio_" + number, ratio, variable.dtype());
      length = ops.op("Mul", "length_" + number, length, typed);
    }
    Output<?> delta = ops.op("Mul", "delta_" + number, direction, length);
    return ops.group(
        "lamb_" + number,
        List.of(
            assignment("AssignVariableOp", "first_moved_" + number, slots.first(), nextFirst),
            assignment("AssignVariableOp", "second_moved_" + number, slots.second(), nextSecond),
            assignment("AssignSubVariableOp", "moved_" + number, target.handle(), delta)));
  }

  /** β·moment + (1 − β)·value, as moment + (1 − β)·(value − moment). */
  private Output<?> moved(String name, Output<?> moment, Output<?> value, Output<?> rest) {
    Output<?> way = ops.op("Sub", name + "/way", value, moment);
    return ops.op("AddV2", name, moment, ops.op("Mul", name + "/part", way, rest));
  }

  private Output<?> ratio(int number, Output<?> value, Output<?> direction) {
    Output<?> ofValue = norm("value_norm_" + number, value);
    Output<?> ofDirection = norm("direction_norm_" + number, direction);
    Output<?> both =
        ops.op(
            "LogicalAnd",
            "both_norms_" + number,
            ops.op("Greater", "value_is_there_" + number, ofValue, zero),
            ops.op("Greater", "direction_is_there_" + number, ofDirection, zero));
    Output<?> ratio = ops.op("RealDiv", "norm_ratio_" + number, ofValue, ofDirection);
    return ops.op("SelectV2", "ratio_" + number, both, ratio, one);
  }

  private Output<?> norm(String name, Output<?> tensor) {
    Output<?> half = ops.op("L2Loss", name + "/half_square", tensor);
    Output<?> wide = ops.cast(name + "/wide", half, DataType.DT_DOUBLE);
    return ops.op("Sqrt", name, ops.op("Add", name + "/sum", wide, wide));
  }

  private GraphOperation assignment(String op, String name, Output<?> handle, Output<?> value) {
    return ops.builder(op, name).addInput(handle).addInput(value).build();
  }
}
