package org.espalier.tf.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.api.EspalierException;
import org.espalier.api.Growth;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthStep;
import org.espalier.api.SlotPolicy;
import org.espalier.api.Stage;
import org.espalier.tf.report.GrowthSources;
import org.espalier.tf.report.GrowthSourcesJson;
import org.espalier.tf.report.RunPosition;

/** Makes the model that a stage starts with out of the one before it. */
final class StageGrowth {
  private final RunContext run;

  StageGrowth(RunContext run) {
    this.run = run;
  }

  /**
   * What a stage starts with.
   *
   * @param model its model
   * @param slots prefix of its slots; empty for zeros
   * @param newBlocks which blocks the growth before it added, if it asks
   * @param growths the last growths before it, one after another
   */
  record Start(Path model, Optional<Path> slots, Set<Integer> newBlocks, List<Growth> growths) {}

  /** Returns what stage {@code number} starts with, and makes it if it isn't there. */
  Start startOf(int number) {
    RunDirectory directory = run.directory();
    Path target = directory.start(number);
    if (number == 0) {
      if (!Files.isDirectory(target)) {
        run.models().create(run.schedule().model(), run.schedule().seed(), target);
      }
      return new Start(target, Optional.empty(), Set.of(), List.of());
    }
    Stage before = run.schedule().stages().get(number - 1);
    boolean copied = before.slots() != SlotPolicy.RESET;
    Optional<Path> trained =
        copied
            ? directory.checkpoints(number - 1).latest().map(Checkpoint::prefix)
            : Optional.empty();
    if (before.grow().isEmpty()) {
      return new Start(directory.model(number - 1), trained, Set.of(), lastGrowths(number));
    }
    if (!Files.isDirectory(target)) {
      grow(before, number, trained);
    }
    return new Start(
        target,
        copied ? directory.slots(number) : Optional.empty(),
        newBlocks(number, target),
        lastGrowths(number));
  }

  private Set<Integer> newBlocks(int number, Path start) {
    List<Stage> stages = run.schedule().stages();
    return number < stages.size() && stages.get(number).train().asksForNew()
        ? run.models().lineage(start).newBlocks(stages.get(number - 1).grow().size())
        : Set.of();
  }

  private void grow(Stage before, int number, Optional<Path> trainedSlots) {
    List<GrowthStep> steps = before.grow();
    RunDirectory directory = run.directory();
    Path work = directory.growing(number);
    AtomicDirectory.delete(work);
    Path source = directory.model(number - 1);
    Optional<Path> slots = trainedSlots;
    Path slotFolder = null;
    List<GrowthSources> sources = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Path target = work.resolve("model-" + i);
      Optional<GrowthTask.SlotBundles> bundles = Optional.empty();
      if (slots.isPresent()) {
        slotFolder = create(work.resolve("slots-" + i));
        Path prefix = slotFolder.resolve(Checkpoint.PREFIX);
        bundles = Optional.of(new GrowthTask.SlotBundles(slots.get(), prefix, before.slots()));
        slots = Optional.of(prefix);
      } else {
        create(work);
      }
      GrowthPlan plan =
          run.models()
              .grow(
                  new GrowthTask(
                      steps.get(i),
                      run.schedule().seed() + number,
                      source,
                      references(steps.get(i)),
                      target,
                      bundles));
      sources.add(PlanSources.of(plan));
      source = target;
    }
    if (slotFolder != null) {
      directory.keepSlots(slotFolder, number);
    }
    AtomicDirectory.writeFile(directory.sources(number), GrowthSourcesJson.write(sources));
    AtomicDirectory.move(source, directory.start(number));
    AtomicDirectory.delete(work);
  }

  private static Path create(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new EspalierException("Cannot create " + folder + ": " + e.getMessage(), e);
    }
  }

  private Map<String, Path> references(GrowthStep step) {
    Map<String, Path> references = new HashMap<>();
    List<Stage> stages = run.schedule().stages();
    step.references()
        .forEach(
            (name, stageName) ->
                IntStream.range(0, stages.size())
                    .filter(i -> stages.get(i).name().equals(stageName))
                    .forEach(i -> references.put(name, run.directory().model(i))));
    return references;
  }

  /** Logs the growths that led to a stage, as the grown model's lineage tells them. */
  void log(int number, RunPosition at) {
    if (number == 0) {
      return;
    }
    List<GrowthStep> steps = run.schedule().stages().get(number - 1).grow();
    List<Growth> growths = growths(number);
    List<GrowthSources> sources = sources(number);
    int skipped = steps.size() - growths.size();
    for (int i = skipped; i < steps.size(); i++) {
      org.espalier.tf.report.Growth event =
          GrowthEvents.of(
              growths.get(i - skipped),
              steps.get(i),
              i < sources.size() ? Optional.of(sources.get(i)) : Optional.empty(),
              at);
      run.log().append(event);
      run.settings().progress().onGrow(event);
    }
  }

  /** The growths directly before a stage, as the grown model's lineage tells them. */
  private List<Growth> growths(int number) {
    int count = run.schedule().stages().get(number - 1).grow().size();
    if (count == 0) {
      return List.of();
    }
    List<Growth> all = run.models().lineage(run.directory().start(number)).growths();
    return all.subList(Math.max(0, all.size() - count), all.size());
  }

  /** What the growths before a stage made its model of; nothing where that was not kept. */
  private List<GrowthSources> sources(int number) {
    Path file = run.directory().sources(number);
    try {
      return Files.exists(file) ? GrowthSourcesJson.read(Files.readString(file)) : List.of();
    } catch (IOException e) {
      throw new EspalierException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** The growths directly before a stage, or else before the last stage that has some. */
  private List<Growth> lastGrowths(int number) {
    for (int stage = number; stage > 0; stage--) {
      List<Growth> growths = growths(stage);
      if (!growths.isEmpty()) {
        return growths;
      }
    }
    return List.of();
  }
}
