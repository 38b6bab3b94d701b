package org.espalier.tf.train;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.espalier.api.EspalierException;
import org.espalier.api.Growth;
import org.espalier.api.Schedule;
import org.espalier.api.Stage;
import org.espalier.api.TrainSettings;
import org.espalier.tf.report.CheckpointSaved;
import org.espalier.tf.report.EvalPoint;
import org.espalier.tf.report.GrowthLoss;
import org.espalier.tf.report.InSessionGrowth;
import org.espalier.tf.report.RunPosition;
import org.espalier.tf.report.StageStart;
import org.espalier.tf.report.StepProgress;
import org.espalier.tf.report.TrainPoint;

/** Trains one stage from its start model or its last checkpoint, and exports the trained model. */
final class StageRunner {
  private final RunContext run;
  private final RunClock clock;
  private final Stage stage;
  private final TrainSettings settings;
  private final long rowsBefore;
  private final StepSpeed speed = new StepSpeed();
  private Optional<StepResult> lastStep = Optional.empty();
  private Position position;

  /**
   * Prepares a stage.
   *
   * @param start where the run stands when the stage begins
   */
  StageRunner(RunContext run, RunClock clock, Position start) {
    this.run = run;
    this.clock = clock;
    this.stage = run.schedule().stages().get(start.stage());
    this.settings = stage.train();
    this.rowsBefore = rowsBefore(run.schedule(), start.stage());
    this.position = start;
  }

  private static long rowsBefore(Schedule schedule, int stage) {
    return schedule.stages().subList(0, stage).stream()
        .mapToLong(s -> Math.multiplyExact(s.train().steps(), (long) s.train().batch()))
        .sum();
  }

  /**
   * Trains to the end of the stage and exports its model.
   *
   * @param from what the stage starts with
   * @return where the run stands then
   */
  Position train(StageGrowth.Start from) {
    TrainableModel model = run.models().open(from.model());
    StageData data =
        StageData.of(
            model, run.corpus(), settings.objective(), settings.microBatch(), settings.sequence());
    LossAcrossGrowth across = new LossAcrossGrowth(run);
    CheckpointStore checkpoints = run.directory().checkpoints(position.stage());
    Optional<Checkpoint> checkpoint = checkpoints.latest();
    SessionGrowth growth = new SessionGrowth(run, position.stage(), model);
    boolean grown = across.isGrown(position.stage()) && checkpoint.isEmpty();
    int number = position.stage();
    double lossBefore = grown ? clock.stopped(() -> across.before(number)) : Double.NaN;
    Set<String> trained = model.chosenBy(settings.trainable(), from.newBlocks());
    StageRates rates = StageRates.of(stage, model, trained, from.newBlocks());
    TrainingTask task =
        new TrainingTask(
            model.variables(),
            model.training(),
            model.inference(),
            trained,
            model.decayed(),
            growth.masked(trained),
            SparseForm.of(growth.lasting(), run.settings().device()),
            settings.optimizer(),
            data.shape(),
            run.schedule().seed(),
            settings.accumulate(),
            settings.precision());
    try (Trainer trainer = new Trainer(task, run.settings().device())) {
      data.checkClasses(trainer.classes());
      TrainerTensors tensors = new TrainerTensors(model, trainer, from.slots());
      BlockDiagnostics blocks = new BlockDiagnostics(model, trainer, from.growths());
      StageStart start = stageStart(model, trainer, data);
      if (checkpoint.isPresent()) {
        tensors.restore(checkpoint.get());
        position = Position.of(checkpoint.get().state());
        run.settings().progress().onStageStart(start);
      } else {
        tensors.start(rates.rewarmed());
        run.log().append(start);
        run.settings().progress().onStageStart(start);
        double loss = evaluate(trainer, data, blocks);
        if (grown) {
          run.log().append(new GrowthLoss(position.report(clock), lossBefore, loss));
        }
      }
      steps(trainer, data, rates, tensors, checkpoints, growth, blocks);
      if (checkpoint.isEmpty() || position.stageStep() > checkpoint.get().state().stageStep()) {
        save(tensors, checkpoints);
      }
      List<Growth> growths =
          growth.growths(tensors.masks().all()).stream()
              .map(each -> each.of(run.models().fingerprint(from.model())))
              .toList();
      new TrainedModelExport(model, tensors, growths)
          .write(run.directory().model(position.stage()));
    }
    return position;
  }

  private StageStart stageStart(TrainableModel model, Trainer trainer, StageData data) {
    return new StageStart(
        position.report(clock),
        stage.name(),
        model.spec().blocks(),
        model.spec().parameterCount(),
        trainer.trained().stream().mapToLong(ModelVariable::elements).sum(),
        settings.steps(),
        settings.batch(),
        data.positions(),
        (double) trainer.flops().forward(),
        (double) trainer.flops().backward(),
        DensityScaledFlops.of(trainer, model.masks()),
        (double) trainer.flopsOfWholeKernels().forward()
            + (double) trainer.flopsOfWholeKernels().backward());
  }

  private void steps(
      Trainer trainer,
      StageData data,
      StageRates rates,
      TrainerTensors tensors,
      CheckpointStore checkpoints,
      SessionGrowth growth,
      BlockDiagnostics blocks) {
    StageData.TrainingExamples examples = data.training(run.schedule().seed());
    while (position.stageStep() < settings.steps()) {
      step(trainer, data, rates, examples);
      long done = position.stageStep();
      boolean last = done == settings.steps();
      for (InSessionGrowth event :
          growth.after(done, trainer, tensors.masks(), position.report(clock))) {
        run.log().append(event);
        run.settings().progress().onInSessionGrowth(event);
      }
      if (last || done % settings.evaluateEvery() == 0) {
        evaluate(trainer, data, blocks);
      }
      if (!last && settings.checkpointEvery() > 0 && done % settings.checkpointEvery() == 0) {
        save(tensors, checkpoints);
      }
    }
  }

  private void step(
      Trainer trainer, StageData data, StageRates rates, StageData.TrainingExamples examples) {
    double before = clock.seconds();
    long done = position.stageStep();
    long step = position.step();
    long firstRow = rowsBefore + done * settings.batch();
    IntFunction<Example> parts =
        part -> {
          long row = (long) part * settings.microBatch();
          return examples.at(firstRow + row, step, row);
        };
    StepResult result = trainer.step(parts, step, rates.of(trainer.trained(), done + 1));
    lastStep = Optional.of(result);
    long tokens = (long) settings.batch() * data.positions();
    position = position.afterStep(tokens, trainer.flops());
    speed.add(clock.seconds() - before);
    double tokensPerSecond = (double) tokens / Math.max(speed.secondsPerStep(), 1e-9);
    run.log()
        .append(
            new TrainPoint(
                position.report(clock),
                result.loss(),
                rates.stage(done + 1),
                rates.groups(done + 1),
                result.gradientNorm(),
                tokensPerSecond));
    long left = settings.steps() - position.stageStep();
    run.settings()
        .progress()
        .onStep(
            new StepProgress(
                position.stage(),
                position.stageStep(),
                settings.steps(),
                result.loss(),
                tokensPerSecond,
                Duration.ofMillis((long) (1000 * speed.secondsPerStep() * (double) left))));
    if (!Double.isFinite(result.loss()) || !Double.isFinite(result.gradientNorm())) {
      throw new EspalierException(
          ("Training diverged in step %d of stage '%s': loss %s, gradient norm %s; lower the"
                  + " learning rate or lengthen the warm-up")
              .formatted(position.stageStep(), stage.name(), result.loss(), result.gradientNorm()));
    }
  }

  /** Logs what the model is like now, and returns its held-out loss. */
  private double evaluate(Trainer trainer, StageData data, BlockDiagnostics blocks) {
    StageData.HeldOutExamples examples = data.heldOut(LossAcrossGrowth.heldOutParts(settings));
    LossMean mean = new LossMean();
    for (int i = 0; i < examples.count(); i++) {
      trainer.evaluate(examples.at(i), mean);
    }
    EvalPoint point = new EvalPoint(position.report(clock), mean.value());
    run.log().append(point);
    // A run without copies has nothing to measure, and is compared with those that have.
    RunPosition at = position.report(clock);
    clock.stopped(() -> blocks.look(at, lastStep)).ifPresent(run.log()::append);
    run.settings().progress().onEvaluation(point);
    return point.loss();
  }

  /** What the log says of the steps before is on the disk before the checkpoint is. */
  private void save(TrainerTensors tensors, CheckpointStore checkpoints) {
    run.log().force();
    Checkpoint saved =
        checkpoints.save(position.state(clock, run.schedule().seed(), run.facts()), tensors::save);
    run.settings()
        .progress()
        .onCheckpoint(new CheckpointSaved(position.report(clock), saved.directory()));
  }
}
