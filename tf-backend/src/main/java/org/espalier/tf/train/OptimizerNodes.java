package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.OptimizerSettings;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * The nodes that update parameters: clipping by global norm, then an {@link UpdateRule} for each.
 *
 * <p>What an update takes of learning rate and step count is computed outside the graph ({@link
 * UpdateRates}) and fed as one vector, three numbers a parameter.
 */
final class OptimizerNodes {
  private final GraphOps ops;
  private final OptimizerSettings settings;
  private final List<UpdateTarget> targets;
  private final Optional<Output<?>> factor;
  private final List<UpdateRule.Slots> slots = new ArrayList<>();
  private final Output<?> rates;
  private final Output<?> halfSquares;
  private final Output<?> gradientNorm;
  private final GraphOperation update;

  /**
   * Adds the nodes.
   *
   * @param factor of all gradients, a float64 scalar; 1 if it is empty
   */
  OptimizerNodes(
      Graph graph,
      OptimizerSettings settings,
      List<UpdateTarget> targets,
      Optional<Output<?>> factor) {
    this.ops = new GraphOps(graph, "optimizer/");
    this.settings = settings;
    this.targets = List.copyOf(targets);
    this.factor = factor;
    this.rates =
        ops.builder("Placeholder", "rates")
            .setAttr("dtype", DataType.DT_DOUBLE)
            .setAttr("shape", Shape.of((long) UpdateRates.PER_PARAMETER * targets.size()))
            .build()
            .output(0);
    Output<?>[] squares = squares();
    this.halfSquares = ops.builder("Pack", "half_squares").addInputList(squares).build().output(0);
    this.gradientNorm = norm(squares);
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

  /**
   * Half the square of each target's gradient, before the factor and before clipping; float64,
   * [parameters]. What the norm adds up anyway, so each step can tell it.
   */
  Output<?> halfSquares() {
    return halfSquares;
  }

  /** The operation that updates everything. */
  GraphOperation update() {
    return update;
  }

  /** The slots of each target, in the order of the targets. */
  List<UpdateRule.Slots> slots() {
    return slots;
  }

  private Output<?>[] squares() {
    Output<?>[] squares = new Output<?>[targets.size()];
    for (int i = 0; i < squares.length; i++) {
      Output<?> half = ops.op("L2Loss", "half_square_" + i, targets.get(i).gradient());
      squares[i] = ops.cast("half_square_wide_" + i, half, DataType.DT_DOUBLE);
    }
    return squares;
  }

  private Output<?> norm(Output<?>[] squares) {
    Output<?> sum = ops.builder("AddN", "half_sum").addInputList(squares).build().output(0);
    Output<?> twice = ops.op("Add", "sum", sum, sum);
    Output<?> norm = ops.op("Sqrt", "gradient_norm", twice);
    return factor.isPresent() ? ops.op("Mul", "scaled_norm", norm, factor.get()) : norm;
  }

  /** What every gradient is multiplied by, a float64 scalar; empty for 1. */
  private Optional<Output<?>> scale() {
    if (settings.clipNorm() == 0) {
      return factor;
    }
    Output<?> limit = ops.scalar("clip_norm", settings.clipNorm(), DataType.DT_DOUBLE);
    Output<?> above = ops.op("Maximum", "clip_above", gradientNorm, limit);
    Output<?> clip = ops.op("RealDiv", "clip_scale", limit, above);
    return Optional.of(factor.isPresent() ? ops.op("Mul", "scale", clip, factor.get()) : clip);
  }

  private GraphOperation updates() {
    Optional<Output<?>> scale = scale();
    Map<DataType, UpdateScalars> byType = new EnumMap<>(DataType.class);
    UpdateRule rule =
        switch (settings.algorithm()) {
          case ADAMW -> new AdamW(ops, settings);
          case LAMB -> new Lamb(ops);
        };
    List<GraphOperation> updates = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      UpdateTarget target = targets.get(i);
      UpdateScalars scalars =
          byType.computeIfAbsent(
              target.variable().dtype(),
              dtype -> new UpdateScalars(ops, dtype, settings, rates, targets.size(), scale));
      UpdateRule.Slots slot =
          new UpdateRule.Slots(
              slot("first_moment_" + i, target.variable()),
              slot("second_moment_" + i, target.variable()));
      slots.add(slot);
      Output<?> gradient = scalars.scaled("clipped_" + i, target.gradient());
      // All gradients are there before the first variable changes.
      updates.add(rule.add(i, target.with(gradient), slot, scalars, gradientNorm.op()));
    }
    return ops.group("update", updates);
  }

  private Output<?> slot(String name, ModelVariable variable) {
    return ops.builder("VarHandleOp", name)
        .setAttr("dtype", variable.dtype())
        .setAttr("shape", Shape.of(variable.shape().stream().mapToLong(s -> s).toArray()))
        .setAttr("shared_name", "optimizer/" + name)
        .build()
        .output(0);
  }
}
