package org.espalier.it.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;

/** Makes one mutant, treats it as a user would, and says how that ended. */
final class MutantTrial {
  private static final int BLOCKS = 2;
  private static final int MOST_TRIES = 50;
  private static final int VERIFIED_OF = 4;

  private final Mutant mutant;
  private final Path bases;
  private final Path sandbox;
  private final Behaviour expected;

  /**
   * Prepares a trial.
   *
   * @param sandbox an empty folder for the mutant and what is made of it
   * @param expected what the growth of the undamaged model computes
   */
  MutantTrial(Mutant mutant, Path bases, Path sandbox, Behaviour expected) {
    this.mutant = mutant;
    this.bases = bases;
    this.sandbox = sandbox;
    this.expected = expected;
  }

  Outcome run() throws IOException {
    SavedModelFiles model = make();
    Path out = Files.createDirectory(sandbox.resolve("made")).resolve("out");
    Map<String, String> before = SavedModelFiles.listing(sandbox);
    Command inspect = Command.run("inspect", model.directory());
    Command plan = Command.run("plan", "stack", model.directory(), "--set", "factor=2");
    Command grow =
        Command.run("grow", "stack", model.directory(), "--set", "factor=2", "--out", out);
    for (Command command : List.of(inspect, plan, grow)) {
      if (!command.clear()) {
        return Outcome.fail(command.err());
      }
    }
    Map<String, String> after = SavedModelFiles.listing(sandbox);
    if (grow.exit() == 0) {
      after.keySet().removeIf(path -> path.equals("made/out") || path.startsWith("made/out/"));
    }
    // The folder that it was made in has a new time, but is listed without.
    if (!after.equals(before)) {
      return Outcome.fail("files were left or changed: " + after + " instead of " + before);
    }
    return grow.exit() == 0 ? judge(model, out) : error(grow.message());
  }

  private static Outcome error(String message) {
    return new Outcome(Verdict.CLEAR_ERROR, message, 0, 0);
  }

  private SavedModelFiles make() throws IOException {
    SavedModelFiles base = new SavedModelFiles(bases.resolve(mutant.base()));
    Path folder = Files.createDirectory(sandbox.resolve("given"));
    Random random = mutant.random();
    for (int i = 0; i < MOST_TRIES; i++) {
      SavedModelFiles model = base.copy(folder.resolve("model"));
      mutant.kind().mutate(model, random);
      if (!sameBytes(base, model)) {
        return model;
      }
      SavedModelFiles.delete(model.directory());
    }
    throw new IllegalStateException(mutant + " changes nothing");
  }

  private static boolean sameBytes(SavedModelFiles base, SavedModelFiles model) throws IOException {
    for (Path file :
        List.of(base.graph(), base.index(), base.shard(), base.record(), base.masks())) {
      Path other = model.directory().resolve(base.directory().relativize(file).toString());
      if (Files.exists(file) && Files.mismatch(file, other) >= 0) {
        return false;
      }
    }
    return true;
  }

  private Outcome judge(SavedModelFiles model, Path out) throws IOException {
    // Verifying takes most of the time; the number of kinds is odd, so each kind has its turn.
    boolean verified =
        mutant.number() % VERIFIED_OF == 0 || mutant.base().equals(BaseModels.IMAGES);
    Command entering = verified ? verify(model) : evaluate(model);
    if (!entering.clear()) {
      return Outcome.fail(entering.err());
    }
    Behaviour grown = Behaviour.of(out);
    if (grown.equals(expected)) {
      return new Outcome(Verdict.SAME_MODEL, "", 0, 0);
    }
    Behaviour own = Behaviour.of(model.directory());
    if (!grown.runs()) {
      return Outcome.fail(
          "TensorFlow refuses what was grown (%s) and %s"
              .formatted(
                  grown.error(), own.runs() ? "runs the mutant" : "the mutant: " + own.error()));
    }
    Path back = sandbox.resolve("back");
    try (Model bigger = Espalier.open(out)) {
      bigger.grow(GrowthPlan.from(bigger.spec()).blocks(BLOCKS, block -> block).build(), back);
    } catch (EspalierException e) {
      return Outcome.fail("what was grown cannot be cut back: " + e.getMessage());
    }
    Behaviour cut = Behaviour.of(back);
    return cut.equals(own)
        ? new Outcome(Verdict.OTHER_MODEL, "", 0, 0)
        : Outcome.fail("cut back to its first blocks it is not the mutant: " + own.error());
  }

  private Command verify(SavedModelFiles model) {
    Path out = sandbox.resolve("verified");
    return Command.run(
        "grow", "stack", model.directory(), "--set", "factor=2", "--out", out, "--verify");
  }

  private Command evaluate(SavedModelFiles model) {
    return Command.run(
        "eval",
        model.directory(),
        "--data",
        bases.resolve(BaseModels.TEXT),
        "--batch",
        2,
        "--sequence",
        BaseModels.POSITIONS,
        "--batches",
        1);
  }
}
