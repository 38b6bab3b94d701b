package org.espalier.it.mutants;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;

/** Makes one mutant, treats it as a user would, and says how that ended. */
final class MutantTrial {
  private static final int BLOCKS = 2;
  private static final int MOST_TRIES = 50;
  private static final Pattern RAW = Pattern.compile("\\w(Exception|Error)\\b");

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
    ModelFiles model = make();
    Path out = Files.createDirectory(sandbox.resolve("made")).resolve("out");
    Map<String, String> before = ModelFiles.listing(sandbox);
    Command inspect = Command.run("inspect", model.directory());
    Command plan = Command.run("plan", "stack", model.directory(), "--set", "factor=2");
    Command grow =
        Command.run("grow", "stack", model.directory(), "--set", "factor=2", "--out", out);
    for (Command command : List.of(inspect, plan, grow)) {
      if (!command.clear()) {
        return Outcome.fail(command.err());
      }
    }
    Map<String, String> after = ModelFiles.listing(sandbox);
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

  private ModelFiles make() throws IOException {
    ModelFiles base = new ModelFiles(bases.resolve(mutant.base()));
    Path folder = Files.createDirectory(sandbox.resolve("given"));
    Random random = mutant.random();
    for (int i = 0; i < MOST_TRIES; i++) {
      ModelFiles model = base.copy(folder.resolve("model"));
      mutant.kind().mutate(model, random);
      if (!sameBytes(base, model)) {
        return model;
      }
      ModelFiles.delete(model.directory());
    }
    throw new IllegalStateException(mutant + " changes nothing");
  }

  private static boolean sameBytes(ModelFiles base, ModelFiles model) throws IOException {
    for (Path file :
        List.of(base.graph(), base.index(), base.shard(), base.record(), base.masks())) {
      Path other = model.directory().resolve(base.directory().relativize(file).toString());
      if (Files.exists(file) && Files.mismatch(file, other) >= 0) {
        return false;
      }
    }
    return true;
  }

  private Outcome judge(ModelFiles model, Path out) throws IOException {
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

  /** What the command line answered. */
  record Command(int exit, String message, String err) {
    static Command run(Object... arguments) {
      String[] texts = new String[arguments.length + 1];
      for (int i = 0; i < arguments.length; i++) {
        texts[i] = arguments[i].toString();
      }
      texts[arguments.length] = "--stacktrace";
      StringWriter err = new StringWriter();
      int exit;
      try {
        // Only the command's own package may start it without ending the process.
        Method execute =
            Class.forName("org.espalier.cli.Main")
                .getDeclaredMethod(
                    "execute", PrintWriter.class, PrintWriter.class, String[].class);
        execute.setAccessible(true);
        exit =
            (Integer)
                execute.invoke(
                    null, new PrintWriter(new StringWriter()), new PrintWriter(err), texts);
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(
            e instanceof InvocationTargetException wrapped ? wrapped.getCause() : e);
      }
      String text = err.toString();
      int last = text.lastIndexOf("\nespalier: ");
      String message = last < 0 ? text.strip() : text.substring(last + 1).strip();
      return new Command(exit, message, text);
    }

    /** Whether it succeeded or failed for a reason that its user was told in one line. */
    boolean clear() {
      return exit == 0
          || (exit <= 2
              && message.startsWith("espalier: ")
              && !message.contains("\n")
              && !message.contains("--stacktrace")
              && !message.startsWith("espalier: not enough memory")
              && err.startsWith(EspalierException.class.getName())
              && !RAW.matcher(message).find());
    }
  }
}
