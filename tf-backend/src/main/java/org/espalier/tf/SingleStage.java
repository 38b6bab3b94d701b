package org.espalier.tf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Lineage;
import org.espalier.api.Mask;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.PeriodicStep;
import org.espalier.api.Schedule;
import org.espalier.api.SlotPolicy;
import org.espalier.api.Stage;
import org.espalier.api.TrainSettings;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.data.CorpusSplit;
import org.espalier.tf.savedmodel.SavedModelWriter;
import org.espalier.tf.train.GrowthTask;
import org.espalier.tf.train.RunOutcome;
import org.espalier.tf.train.ScheduleRunner;
import org.espalier.tf.train.StageModels;
import org.espalier.tf.train.TrainableModel;

/** Trains one model for one stage: a run of which only the trained model is kept. */
final class SingleStage implements StageModels {
  private final Path source;
  private final GrowingModels models;

  private SingleStage(Path source, ModelCall call) {
    this.source = source;
    this.models = new GrowingModels(OperatorRegistry.of(), call);
  }

  static RunResult train(
      Path model, Corpus corpus, TrainSettings settings, long seed, Path out, RunOptions options) {
    SavedModelWriter.checkTarget(model, out);
    if (settings.asksForNew()) {
      throw new EspalierException(
          "'new' selects blocks that the growth before a schedule's stage added, and here is none; write blocks=FROM..TO");
    }
    Schedule schedule =
        new Schedule(
            "train",
            "",
            new ModelRequest("given", Map.of()),
            seed,
            CorpusSplit.DEFAULT_HELD_OUT,
            List.of(new Stage("train", settings, List.of(), SlotPolicy.RESET)));
    SingleStage stage = new SingleStage(model, options.call());
    // What cannot be trained is named by its own path, before anything is copied.
    stage.open(model);
    Path target = out.toAbsolutePath().normalize();
    Path work = null;
    try {
      Files.createDirectories(target.getParent());
      work = Files.createTempDirectory(target.getParent(), "." + target.getFileName() + ".train-");
      RunOutcome outcome =
          new ScheduleRunner(stage, corpus, options.settings()).run(schedule, work.resolve("run"));
      Files.move(outcome.model(), target, StandardCopyOption.ATOMIC_MOVE);
      return new RunResult(
          out, outcome.report(), outcome.heldOutLoss(), outcome.steps(), outcome.seconds());
    } catch (IOException e) {
      throw new EspalierException("Cannot write " + out + ": " + e.getMessage(), e);
    } finally {
      delete(work);
    }
  }

  @Override
  public void create(ModelRequest request, long seed, Path target) {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    } catch (IOException e) {
      throw new EspalierException("Cannot copy " + source + ": " + e.getMessage(), e);
    }
  }

  @Override
  public TrainableModel open(Path model) {
    return models.open(model);
  }

  @Override
  public GrowthPlan grow(GrowthTask task) {
    throw new AssertionError("a single stage does not grow");
  }

  @Override
  public GrowthPlan plan(
      ModelSpec model, PeriodicStep step, long run, long runs, long seed, Map<String, Mask> masks) {
    return models.plan(model, step, run, runs, seed, masks);
  }

  @Override
  public KernelRegistry kernels() {
    return models.kernels();
  }

  @Override
  public String fingerprint(Path model) {
    return models.fingerprint(model);
  }

  @Override
  public Lineage lineage(Path model) {
    return models.lineage(model);
  }

  private static void delete(Path work) {
    if (work == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new EspalierException("Cannot remove the unfinished " + work + ": " + e, e);
    }
  }
}
