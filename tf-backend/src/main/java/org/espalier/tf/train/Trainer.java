package org.espalier.tf.train;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.espalier.api.EspalierException;
import org.espalier.api.MaskSpec;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat64;

/**
 * A session that trains one model: forward, backward and update in a single run a step, or, where a
 * step's batch is cut into parts, a run for each part and one for the update.
 *
 * <p>Starts with undefined values: {@link #assign} all of {@link #held} and the slots before the
 * first step. Every result is a pure function of the values, the example, the step number and the
 * learning rate. Not thread-safe; close it to free the session and its memory.
 */
final class Trainer implements AutoCloseable {
  private final TrainingTask task;
  private final TrainGraph graph;
  private final Session session;
  private final long[] updates;

  /**
   * Builds the graph and opens a session.
   *
   * @throws EspalierException if the forward function cannot be trained
   */
  Trainer(TrainingTask task, DeviceSettings device) {
    this(task, device, StepForm.FUSED);
  }

  /** As above, with the step written as {@code form} says. */
  Trainer(TrainingTask task, DeviceSettings device, StepForm form) {
    DeviceCheck.require(device);
    this.task = task;
    this.graph = new TrainGraph(task, form);
    this.updates = new long[graph.trained().size()];
    Session opened = null;
    try {
      opened = new Session(graph.graph(), device.config());
    } finally {
      if (opened == null) {
        graph.close();
      }
    }
    this.session = opened;
  }

  /** The parameters that are updated. */
  List<ModelVariable> trained() {
    return graph.trained();
  }

  /**
   * The parameters whose gradients are masked, as variables of type bool that hold the masks; see
   * {@link TrainGraph#mask}.
   */
  List<ModelVariable> masked() {
    return graph.masked();
  }

  /**
   * The sparse parameters that products take by blocks, with the form of their masks; see {@link
   * TrainGraph#blocks}.
   */
  Map<ModelVariable, MaskSpec> byBlocks() {
    return graph.byBlocks();
  }

  /** The variables whose values the session holds. */
  List<ModelVariable> held() {
    return graph.held();
  }

  /** How many tokens or classes the logits are about. */
  long classes() {
    return graph.training().classes();
  }

  Flops flops() {
    return graph.flops();
  }

  Flops flopsOfWholeKernels() {
    return graph.flopsOfWholeKernels();
  }

  /** What a step's forward pass spends on products with a variable. */
  long products(String variable) {
    return graph.products(variable);
  }

  /** How often each of {@link #trained} was updated; a live array. */
  long[] updates() {
    return updates;
  }

  /** Gives values and moments (see {@link TrainGraph#value}) their bytes. */
  void assign(Map<String, SessionVariables.Filler> fillers) {
    graph.variables().assign(session, fillers);
  }

  /** Returns values and moments by name; the tensors are those of the session, not copies. */
  Snapshot snapshot() {
    return snapshot(graph.variables().names());
  }

  /** As {@link #snapshot()}, of those names alone. */
  Snapshot snapshot(Collection<String> names) {
    return new Snapshot(session, graph.variables(), names);
  }

  /** Runs one step of an undivided batch in which all parameters have the same learning rate. */
  StepResult step(Example example, long step, double learningRate) {
    double[] rates = new double[updates.length];
    Arrays.fill(rates, learningRate);
    return step(part -> example, step, rates);
  }

  /**
   * Runs one step.
   *
   * @param parts of the batch, by number; called once for each, in order
   * @param step number that dropout is drawn for
   * @param learningRates of each of {@link #trained}
   * @throws EspalierException if TensorFlow fails
   */
  StepResult step(IntFunction<Example> parts, long step, double[] learningRates) {
    try {
      return graph.sums().isPresent()
          ? sumAndUpdate(graph.sums().get(), parts, step, learningRates)
          : update(parts.apply(0), step, learningRates);
    } catch (IllegalArgumentException | TensorFlowException e) {
      throw new EspalierException(
          "TensorFlow failed in step " + step + ": " + Failure.firstLine(e), e);
    }
  }

  private StepResult update(Example example, long step, double[] learningRates) {
    try (Feeds feeds = feeds(example, step, 0)) {
      addRates(feeds, learningRates);
      try (Result result =
          feeds
              .feed(session.runner())
              .fetch(graph.training().loss().mean())
              .fetch(graph.optimizer().gradientNorm())
              .fetch(graph.optimizer().halfSquares())
              .addTarget(graph.optimizer().update())
              .run()) {
        return new StepResult(
            Scalars.of(result.get(0)), Scalars.of(result.get(1)), Scalars.vector(result.get(2), 2));
      }
    }
  }

  private StepResult sumAndUpdate(
      GradientSums sums, IntFunction<Example> parts, long step, double[] learningRates) {
    double loss = 0;
    double weights = 0;
    for (int part = 0; part < task.parts(); part++) {
      try (Feeds feeds = feeds(parts.apply(part), step, part);
          Result result =
              feeds
                  .feed(session.runner())
                  .fetch(graph.training().loss().weightedSum())
                  .fetch(graph.training().loss().weightSum())
                  .addTarget(part == 0 ? sums.start() : sums.add())
                  .run()) {
        loss += Scalars.of(result.get(0));
        weights += Scalars.of(result.get(1));
      }
    }
    double share = weights == 0 ? 0 : 1 / weights;
    try (Feeds feeds = new Feeds()) {
      addRates(feeds, learningRates);
      feeds.add(sums.factor(), TFloat64.scalarOf(share));
      try (Result result =
          feeds
              .feed(session.runner())
              .fetch(graph.optimizer().gradientNorm())
              .fetch(graph.optimizer().halfSquares())
              .addTarget(graph.optimizer().update())
              .run()) {
        return new StepResult(
            loss * share,
            Scalars.of(result.get(0)),
            Scalars.vector(result.get(1), 2 * share * share));
      }
    }
  }

  private Feeds feeds(Example example, long step, int part) {
    check(example);
    Feeds feeds = Feeds.of(graph.graph(), graph.training(), example);
    if (graph.isRandom()) {
      feeds.addCounter(graph.graph(), step, part);
    }
    return feeds;
  }

  private void addRates(Feeds feeds, double[] learningRates) {
    for (int i = 0; i < updates.length; i++) {
      updates[i]++;
    }
    double[] rates = UpdateRates.of(task.optimizer(), learningRates, updates);
    feeds.add(
        graph.optimizer().rates(),
        TFloat64.tensorOf(Shape.of(rates.length), DataBuffers.of(rates)));
  }

  /** Adds an example's cross-entropy, without dropout, to {@code mean}. */
  void evaluate(Example example, LossMean mean) {
    check(example);
    try (Feeds feeds = Feeds.of(graph.graph(), graph.inference(), example)) {
      if (graph.isRandom()) {
        feeds.addCounter(graph.graph(), 0, 0);
      }
      mean.add(session, feeds, graph.inference().loss());
    }
  }

  private void check(Example example) {
    if (!example.shape().input().equals(task.shape().input())) {
      throw new IllegalArgumentException(
          "an example of %s for a graph of %s".formatted(example.shape(), task.shape()));
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
