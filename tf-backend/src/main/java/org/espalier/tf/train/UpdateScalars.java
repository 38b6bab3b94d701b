package org.espalier.tf.train;

import java.util.Optional;
import org.espalier.api.OptimizerSettings;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** The scalars that updates of one element type read. */
final class UpdateScalars {
  private final GraphOps ops;
  private final String suffix;
  private final DataType dtype;
  private final Optional<Output<?>> scale;
  private final Output<?> beta1;
  private final Output<?> beta2;
  private final Output<?> rest1;
  private final Output<?> rest2;
  private final Output<?> weightDecay;
  private final Output<?> zero;
  private final GraphOperation rates;

  UpdateScalars(
      GraphOps ops,
      DataType dtype,
      OptimizerSettings settings,
      Output<?> rates,
      int parameters,
      Optional<Output<?>> scale) {
    this.ops = ops;
    this.dtype = dtype;
    this.suffix = "_" + dtype.getNumber();
    this.scale = scale.map(wide -> ops.cast("gradient_scale" + suffix, wide, dtype));
    this.beta1 = constant("beta1", settings.beta1());
    this.beta2 = constant("beta2", settings.beta2());
    this.rest1 = constant("rest1", 1 - settings.beta1());
    this.rest2 = constant("rest2", 1 - settings.beta2());
    this.weightDecay = constant("weight_decay", settings.weightDecay());
    this.zero = constant("zero", 0);
    this.rates =
        ops.builder("Unpack", "rates" + suffix)
            .addInput(ops.cast("typed_rates" + suffix, rates, dtype))
            .setAttr("num", (long) UpdateRates.PER_PARAMETER * parameters)
            .setAttr("axis", 0L)
            .build();
  }

  private Output<?> constant(String name, double value) {
    return ops.scalar(name + suffix, value, dtype);
  }

  /** A gradient as it is updated with. */
  Output<?> scaled(String name, Output<?> gradient) {
    return scale.isPresent() ? ops.op("Mul", name, gradient, scale.get()) : gradient;
  }

  Output<?> beta1() {
    return beta1;
  }

  Output<?> beta2() {
    return beta2;
  }

  /** 1 − β₁. */
  Output<?> rest1() {
    return rest1;
  }

  /** 1 − β₂. */
  Output<?> rest2() {
    return rest2;
  }

  Output<?> weightDecay() {
    return weightDecay;
  }

  Output<?> zero() {
    return zero;
  }

  /** What {@link UpdateRates} gives a parameter: its first, second or third number. */
  Output<?> rate(int parameter, int which) {
    return rates.output(UpdateRates.PER_PARAMETER * parameter + which);
  }
}
