package org.espalier.tf;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.espalier.api.Lineage;
import org.espalier.api.ModelRequest;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.Schedule;
import org.espalier.api.TrainSettings;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.data.CorpusSplit;
import org.espalier.tf.family.Family;
import org.espalier.tf.family.FamilyModel;
import org.espalier.tf.family.FamilyOptions;
import org.espalier.tf.family.FamilyWriter;
import org.espalier.tf.report.HtmlReport;
import org.espalier.tf.report.Saving;
import org.espalier.tf.savedmodel.BuiltGraph;
import org.espalier.tf.savedmodel.ModelRecord;
import org.espalier.tf.train.DeviceSettings;
import org.espalier.tf.train.Evaluator;
import org.espalier.tf.train.Recipes;
import org.espalier.tf.train.RunDirectory;
import org.espalier.tf.train.RunOutcome;
import org.espalier.tf.train.ScheduleRunner;
import org.espalier.tf.train.ScheduleYaml;

/** The library's front door: opens, builds, trains and runs. */
public final class Espalier {
  private static final int THREADS = 2;

  private Espalier() {}

  /**
   * Opens a SavedModel, to be grown by the operators on the class or module path.
   *
   * @throws org.espalier.api.EspalierException if it cannot be read
   */
  public static Model open(Path directory) {
    return open(directory, OperatorRegistry.discover());
  }

  /**
   * Opens a SavedModel, to be grown by the given operators.
   *
   * @throws org.espalier.api.EspalierException if it cannot be read
   */
  public static Model open(Path directory, OperatorRegistry operators) {
    return Model.open(directory, operators);
  }

  /**
   * Builds a model with its first weights.
   *
   * @param seed of the weights
   * @param out the directory to create
   * @throws org.espalier.api.EspalierException if a setting is wrong or {@code out} exists
   */
  public static void init(ModelRequest request, long seed, Path out) {
    FamilyModel model = FamilyModel.build(FamilyOptions.parse(request));
    FamilyWriter.write(
        model,
        seed,
        out,
        THREADS,
        staging ->
            new ModelRecord(
                    model.spec(),
                    Lineage.empty(),
                    Optional.of(BuiltGraph.of(staging, model.dropout())))
                .write(staging),
        bytes -> {});
  }

  /** Returns the names of the families that {@link #init} builds. */
  public static List<String> families() {
    return Arrays.stream(Family.values()).map(Family::id).toList();
  }

  /** Returns the names of the schedules that ship with Espalier. */
  public static List<String> recipes() {
    return Recipes.names();
  }

  /**
   * Returns a schedule that ships with Espalier.
   *
   * @throws org.espalier.api.EspalierException if there is none of that name
   */
  public static Schedule recipe(String name) {
    return Recipes.load(name);
  }

  /**
   * Reads a schedule from a YAML file.
   *
   * @throws org.espalier.api.EspalierException if it is missing or malformed
   */
  public static Schedule schedule(Path yaml) {
    return ScheduleYaml.read(yaml);
  }

  /**
   * Runs a schedule on the processor; loads TensorFlow.
   *
   * @param corpus text, masked sequences, or labelled images; stays the caller's
   * @param runDirectory the directory to create
   * @throws org.espalier.api.EspalierException if the run cannot be done
   */
  public static RunResult run(Schedule schedule, Corpus corpus, Path runDirectory) {
    return run(schedule, corpus, runDirectory, RunOptions.standard(), OperatorRegistry.discover());
  }

  /**
   * Runs a schedule, or goes on with it; loads TensorFlow.
   *
   * <p>A run that was killed at any moment and is resumed ends with the same bits as one that was
   * not, on the same machine and build.
   *
   * @param corpus text, masked sequences, or labelled images; stays the caller's
   * @param runDirectory the directory to create, or that of the run to resume
   * @throws org.espalier.api.EspalierException if the run cannot be done
   */
  public static RunResult run(
      Schedule schedule,
      Corpus corpus,
      Path runDirectory,
      RunOptions options,
      OperatorRegistry operators) {
    RunOutcome outcome =
        new ScheduleRunner(new GrowingModels(operators, options.call()), corpus, options.settings())
            .run(schedule, runDirectory);
    return new RunResult(
        outcome.model(),
        outcome.report(),
        outcome.heldOutLoss(),
        outcome.steps(),
        outcome.seconds());
  }

  /**
   * Returns the schedule of a baseline: the model that a run ended with, of the run's family, sizes
   * and seed, trained from scratch on the same data in one stage. Batch, sequence and optimizer are
   * those of the last stage, with the largest peak of the learning rate and the first warm-up. A
   * comparison is fair where that peak suits the model: what suits a narrow one may be too high.
   *
   * @param grown the schedule that was run
   * @param run what the run left
   * @param asked what the baseline is to have of its own
   * @throws org.espalier.api.EspalierException if the run's model or log cannot be read, or as
   *     {@link BaselineRequest#check} says
   */
  public static Schedule baseline(Schedule grown, RunResult run, BaselineRequest asked) {
    try (Model end = open(run.model())) {
      return Baseline.schedule(grown, end.spec(), asked, run.report().getParent());
    }
  }

  /**
   * Compares a run with its baseline, from their logs.
   *
   * @param run the run's directory
   * @param baseline that of the baseline's run
   * @throws org.espalier.api.EspalierException if either has no held-out loss
   */
  public static Saving saving(Path run, Path baseline) {
    return Baseline.saving(run, baseline);
  }

  /**
   * Trains a model for one stage and writes the trained model; loads TensorFlow.
   *
   * @param corpus text, masked sequences, or labelled images; stays the caller's
   * @param seed of data order, masking and dropout
   * @param out the directory to create
   * @throws org.espalier.api.EspalierException if the model cannot be trained or {@code out} exists
   */
  public static RunResult train(
      Path model, Corpus corpus, TrainSettings settings, long seed, Path out, RunOptions options) {
    return SingleStage.train(model, corpus, settings, seed, out, options);
  }

  /**
   * Measures how well a model predicts the held-out part of a corpus; loads TensorFlow.
   *
   * @param settings objective, batch, sequence and number of batches are taken from it
   * @param call how the model is called
   * @throws org.espalier.api.EspalierException if the model cannot take the corpus
   */
  public static Evaluation evaluate(
      Path model, Corpus corpus, TrainSettings settings, ModelCall call, Device device) {
    Evaluator.Measurement measured =
        Evaluator.evaluate(
            new GrowingModels(OperatorRegistry.of(), call).open(model),
            corpus.split(CorpusSplit.DEFAULT_HELD_OUT),
            settings.objective(),
            settings.batch(),
            settings.sequence(),
            settings.evaluationBatches(),
            new DeviceSettings(device.toString(), 0, 0));
    return new Evaluation(measured.loss(), measured.accuracy(), measured.predictions());
  }

  /**
   * Writes a run's report anew from its log and returns its path.
   *
   * @throws org.espalier.api.EspalierException if the directory holds no run
   */
  public static Path report(Path runDirectory) {
    RunDirectory run = new RunDirectory(runDirectory);
    Schedule schedule = ScheduleYaml.read(run.schedule());
    HtmlReport.renew(runDirectory, schedule.summary(), schedule.name());
    return runDirectory.resolve(HtmlReport.FILE_NAME);
  }
}
