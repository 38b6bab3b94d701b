package org.espalier.it;

import com.google.gson.Gson;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.espalier.api.Objective;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.espalier.tf.Device;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.espalier.tf.RunOptions;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.data.ImageStore;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.report.ProgressListener;

/** What Java does with the model of one exporter; what it writes is left to Python to judge. */
final class ForeignRun {
  private static final Map<String, Integer> SIZES = Map.of("residual", 32, "heads", 4, "ffn", 64);
  private static final Map<String, Object> TWICE = Map.of("residual", 64, "heads", 8, "ffn", 128);
  private static final int BLOCKS = 3;
  private static final int BATCH = 4;
  private static final int SEQUENCE = 16;
  private static final int EVALUATED = 2;

  /** The exporter whose model docs/interop.md gives back to Python. */
  private static final String RECIPE = "hf-bert";

  private static final String WITH_LAYOUT =
      "With the author's own layout, as the names of the parameters are the author's too";

  private static final double LOSS_TOLERANCE = 1e-4;

  private final ForeignExporter exporter;
  private final Path fixture;
  private final Path model;
  private final Path directory;
  private final ForeignTable table;
  private final List<ForeignCase> cases = new ArrayList<>();

  ForeignRun(ForeignExporter exporter, Path fixtures, Path directory, ForeignTable table) {
    this.exporter = exporter;
    this.fixture = fixtures.resolve(exporter.name());
    this.model = fixture.resolve("model");
    this.directory = directory;
    this.table = table;
  }

  /** Does everything, and returns what Python must look at. */
  List<ForeignCase> all(TokenStore text) {
    attempt(ForeignAction.INSPECT, this::inspect);
    for (ForeignAction action : ForeignAction.values()) {
      if (action.changesDepth()) {
        attempt(action, () -> changeDepth(action));
      }
    }
    if (exporter.template()) {
      attempt(ForeignAction.WIDTH, this::widen);
    }
    if (exporter.isGrowable() && Files.exists(grown(ForeignAction.INSERT))) {
      attempt(ForeignAction.TRAIN, () -> train(text));
    }
    return cases;
  }

  private interface Step {
    ForeignCell take() throws Exception;
  }

  private void attempt(ForeignAction action, Step step) {
    ForeignCell cell;
    try {
      cell = step.take();
    } catch (EspalierException refusal) {
      cell = ForeignCell.refused(refusal.getMessage());
    } catch (Exception | AssertionError failure) {
      cell = ForeignCell.failed(failure.toString());
    }
    table.put(exporter.name(), action, cell);
  }

  private ForeignCell inspect() {
    try (Model open = Espalier.open(model)) {
      boolean callable =
          open.signatures().stream().anyMatch(s -> s.name().equals("serving_default"));
      if (!callable || (exporter.isGrowable() && open.spec().blocks() != BLOCKS)) {
        return ForeignCell.failed(
            "%d blocks, signatures %s".formatted(open.spec().blocks(), open.signatures()));
      }
      if (open.spec().dimensions().entrySet().containsAll(SIZES.entrySet())) {
        return ForeignCell.PASS;
      }
      return open.spec().dimensions().isEmpty() && !open.limits().isEmpty()
          ? ForeignCell.limited(String.join("; ", open.limits()))
          : ForeignCell.failed("dimensions " + open.spec().dimensions());
    }
  }

  private Path grown(ForeignAction action) {
    return directory.resolve(exporter.name() + "." + action.name());
  }

  private ForeignCell changeDepth(ForeignAction action) {
    Path out = grown(action);
    try (Model open = Espalier.open(model)) {
      open.grow(open.plan(action.operator(), action.options()), out);
    }
    if (!exporter.isGrowable()) {
      return ForeignCell.failed("grown, though its blocks cannot be repeated");
    }
    cases.add(
        ForeignCase.of(
            exporter,
            action,
            "depth",
            fixture,
            out,
            Map.of("map", action.sources(), "full", action == ForeignAction.INSERT)));
    if (action == ForeignAction.INSERT && exporter.name().equals(RECIPE)) {
      Map<String, Object> page = Map.of("page", Root.resolve("docs/interop.md").toString());
      cases.add(ForeignCase.of(exporter, action, "recipe", fixture, out, page));
    }
    return ForeignCell.PASS;
  }

  private ForeignCell widen() throws IOException {
    Path template = fixture.resolve("template");
    Path out = grown(ForeignAction.WIDTH);
    try (URLClassLoader layouts = ForeignExporter.layouts()) {
      OperatorRegistry operators =
          exporter.needsLayout() ? OperatorRegistry.discover(layouts) : OperatorRegistry.discover();
      widen(template, out, operators);
    }
    cases.add(
        ForeignCase.of(
            exporter,
            ForeignAction.WIDTH,
            "width",
            fixture,
            out,
            Map.of("template", template.toString())));
    return exporter.needsLayout() ? ForeignCell.limited(WITH_LAYOUT) : ForeignCell.PASS;
  }

  private void widen(Path template, Path out, OperatorRegistry operators) {
    try (Model open = Espalier.open(model, operators);
        Model bigger = Espalier.open(template.resolve("model"), operators)) {
      open.grow(open.plan("espalier:net2net", TWICE), Map.of(), bigger, out);
    }
  }

  private TrainSettings settings() {
    return new TrainSettings(
        exporter.objective(),
        20,
        BATCH,
        exporter.objective() == Objective.CLASSIFICATION ? 0 : SEQUENCE,
        OptimizerSettings.adamW(1e-3, 0, 2),
        TrainableSet.ALL,
        10,
        EVALUATED,
        0);
  }

  private ForeignCell train(TokenStore text) throws Exception {
    if (exporter.objective() != Objective.CLASSIFICATION) {
      return trainOn(text);
    }
    try (ImageStore images = ImageStore.of(List.of(fixture.resolve("images.npz")))) {
      return trainOn(images);
    }
  }

  private ForeignCell trainOn(Corpus corpus) throws Exception {
    Path before = grown(ForeignAction.INSERT);
    Path out = grown(ForeignAction.TRAIN);
    RunOptions options =
        new RunOptions(
            Device.CPU,
            OptionalInt.empty(),
            false,
            false,
            ProgressListener.silent(),
            exporter.call());
    double loss = Espalier.train(before, corpus, settings(), 3, out, options).heldOutLoss();
    Path examples = directory.resolve(exporter.name() + ".examples.json");
    Files.writeString(examples, new Gson().toJson(HeldOutExamples.of(corpus, settings())));
    Map<String, Object> fields = new HashMap<>();
    fields.put("before", before.toString());
    fields.put("blocks", ForeignAction.INSERT.sources().size());
    fields.put("loss", loss);
    fields.put("examples", examples.toString());
    if (!exporter.isHuggingFace() || exporter.name().equals(RECIPE)) {
      fields.put("python_out", pythonTrained().toString());
    }
    cases.add(ForeignCase.of(exporter, ForeignAction.GIVE_BACK, "trained", fixture, out, fields));
    table.put(exporter.name(), ForeignAction.GIVE_BACK, ForeignCell.PASS);
    return ForeignCell.PASS;
  }

  private Path pythonTrained() {
    return directory.resolve(exporter.name() + ".python");
  }

  /** Measures what Python trained on with Java: both must find the same loss. */
  void measureWhatPythonTrained(double pythonLoss, TokenStore text) {
    ForeignCell failure;
    try {
      double loss =
          Espalier.evaluate(pythonTrained(), text, settings(), exporter.call(), Device.CPU).loss();
      if (Math.abs(loss - pythonLoss) <= LOSS_TOLERANCE) {
        return;
      }
      failure =
          ForeignCell.failed(
              "of what Python trained, the loss is %f in Java and %f in Python"
                  .formatted(loss, pythonLoss));
    } catch (EspalierException refusal) {
      failure = ForeignCell.failed("what Python trained is refused: " + refusal.getMessage());
    }
    table.put(exporter.name(), ForeignAction.GIVE_BACK, failure);
  }
}
