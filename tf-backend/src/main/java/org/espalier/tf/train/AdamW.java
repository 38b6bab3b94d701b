package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.OptimizerSettings;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * The update nodes of AdamW (Loshchilov and Hutter, arXiv 1711.05101) with clipping by global norm.
 *
 * <p>Step counts are per parameter, so each has its own bias correction. That is computed outside
 * the graph ({@link AdamWRates}) and fed as one vector: for parameter i the rate at 3i, ε at 3i+1
 * and the decay at 3i+2. With θ ← θ − decay·θ − rate·m/(√v + ε), rate = lr·√(1−β₂ᵗ)/(1−β₁ᵗ) and
 * ε·√(1−β₂ᵗ), this is AdamW exactly, in one pass of TensorFlow's fused kernel.
 */
final class AdamW {
  /** A parameter to update: its variable, gradient, and whether it decays. */
  record Target(ModelVariable variable, Output<?> handle, Output<?> gradient, boolean decayed) {}

  /** Slot variables of a target: handles of first and second moment. */
  record Slots(Output<?> first, Output<?> second) {}

  private final GraphOps ops;
  private final OptimizerSettings settings;
  private final List<Target> targets;
  private final Optional<Output<?>> factor;
  private final List<Slots> slots = new ArrayList<>();
  private final Output<?> rates;
  private final Output<?> gradientNorm;
  private final GraphOperation update;

  /**
   * Adds the nodes.
   *
   * @param factor of all gradients, a float64 scalar; 1 if it is empty
   */
  AdamW(Graph graph, OptimizerSettings settings, List<Target> targets, Optional<Output<?>> factor) {
    this.ops = new GraphOps(graph, "optimizer/");
    this.settings = settings;
    this.targets = List.copyOf(targets);
    this.factor = factor;
    this.rates =
        ops.builder("Placeholder", "rates")
            .setAttr("dtype", DataType.DT_DOUBLE)
            .setAttr("shape", Shape.of(3L * targets.size()))
            .build()
            .output(0);
    this.gradientNorm = norm();
    this.update = updates();
  }

  /** The placeholder of the rates, float64, [3 · parameters]. */
  Output<?> rates() {
    return rates;
  }

  /** The norm of all gradients together, before clipping; a float64 scalar. */
  Output<?> gradientNorm() {
    return gradientNorm;
  }

  /** The operation that updates everything. */
  GraphOperation update() {
    return update;
  }

  /** The slots of each target, in the order of the targets. */
  List<Slots> slots() {
    return slots;
  }

  private Output<?> norm() {
    Output<?>[] squares = new Output<?>[targets.size()];
    for (int i = 0; i < squares.length; i++) {
      Output<?> half = ops.op("L2Loss", "half_square_" + i, targets.get(i).gradient());
      squares[i] = ops.cast("half_square_wide_" + i, half, DataType.DT_DOUBLE);
    }
    Output<?> sum = ops.builder("AddN", "half_sum").addInputList(squares).build().output(0);
    Output<?> twice = ops.op("Add", "sum", sum, sum);
    Output<?> norm = ops.op("Sqrt", "gradient_norm", twice);
    return factor.isPresent() ? ops.op("Mul", "scaled_norm", norm, factor.get()) : norm;
  }

  private GraphOperation updates() {
    Output<?> scale = factor.orElse(null);
    if (settings.clipNorm() > 0) {
      Output<?> limit = ops.scalar("clip_norm", settings.clipNorm(), DataType.DT_DOUBLE);
      Output<?> above = ops.op("Maximum", "clip_above", gradientNorm, limit);
      Output<?> clip = ops.op("RealDiv", "clip_scale", limit, above);
      scale = scale == null ? clip : ops.op("Mul", "scale", clip, scale);
    }
    Map<DataType, Typed> byType = new EnumMap<>(DataType.class);
    List<GraphOperation> updates = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      Output<?> all = scale;
      Typed typed =
          byType.computeIfAbsent(targets.get(i).variable().dtype(), d -> new Typed(d, all));
      updates.add(update(i, typed));
    }
    return ops.group("update", updates);
  }

  private GraphOperation update(int i, Typed typed) {
    Target target = targets.get(i);
    Slots slot = new Slots(slot("first_moment_" + i, target), slot("second_moment_" + i, target));
    slots.add(slot);
    Output<?> gradient =
        typed.scale == null
            ? target.gradient()
            : ops.op("Mul", "clipped_" + i, target.gradient(), typed.scale);
    GraphOperationBuilder apply =
        ops.builder("ResourceApplyAdam", "adam_" + i)
            .addInput(target.handle())
            .addInput(slot.first())
            .addInput(slot.second())
            .addInput(typed.zero)
            .addInput(typed.zero)
            .addInput(typed.rates.output(3 * i))
            .addInput(typed.beta1)
            .addInput(typed.beta2)
            .addInput(typed.rates.output(3 * i + 1))
            .addInput(gradient);
    // All gradients are there before the first variable changes.
    apply.addControlInput(gradientNorm.op());
    if (target.decayed() && settings.weightDecay() > 0) {
      apply.addControlInput(decay(i, target, typed));
    }
    return apply.build();
  }

  private GraphOperation decay(int i, Target target, Typed typed) {
    Output<?> value =
        ops.builder("ReadVariableOp", "value_" + i)
            .addInput(target.handle())
            .setAttr("dtype", target.variable().dtype())
            .addControlInput(gradientNorm.op())
            .build()
            .output(0);
    Output<?> delta = ops.op("Mul", "decay_" + i, value, typed.rates.output(3 * i + 2));
    return ops.builder("AssignSubVariableOp", "decayed_" + i)
        .addInput(target.handle())
        .addInput(delta)
        .build();
  }

  private Output<?> slot(String name, Target target) {
    ModelVariable variable = target.variable();
    return ops.builder("VarHandleOp", name)
        .setAttr("dtype", variable.dtype())
        .setAttr("shape", Shape.of(variable.shape().stream().mapToLong(s -> s).toArray()))
        .setAttr("shared_name", "optimizer/" + name)
        .build()
        .output(0);
  }

  /** The scalars of one element type. */
  private final class Typed {
    private final Output<?> scale;
    private final Output<?> zero;
    private final Output<?> beta1;
    private final Output<?> beta2;
    private final GraphOperation rates;

    Typed(DataType dtype, Output<?> scale) {
      String suffix = "_" + dtype.getNumber();
      this.scale = scale == null ? null : ops.cast("gradient_scale" + suffix, scale, dtype);
      this.zero = ops.scalar("zero" + suffix, 0, dtype);
      this.beta1 = ops.scalar("beta1" + suffix, settings.beta1(), dtype);
      this.beta2 = ops.scalar("beta2" + suffix, settings.beta2(), dtype);
      this.rates =
          ops.builder("Unpack", "rates" + suffix)
              .addInput(ops.cast("typed_rates" + suffix, AdamW.this.rates, dtype))
              .setAttr("num", 3L * targets.size())
              .setAttr("axis", 0L)
              .build();
    }
  }
}
