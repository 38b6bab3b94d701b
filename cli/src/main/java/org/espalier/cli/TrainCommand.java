package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.api.ModelSpec;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Precision;
import org.espalier.api.Selector;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.espalier.tf.ModelCall;
import org.espalier.tf.RunOptions;
import org.espalier.tf.RunResult;
import org.espalier.tf.data.Corpus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier train}. */
@Command(name = "train", description = "Trains a model and writes the trained one as a SavedModel.")
final class TrainCommand extends Subcommand {
  private static final int EVALUATIONS = 10;
  private static final int EVALUATION_BATCHES = 16;
  private static final int WARMUP_SHARE = 10;

  @Parameters(paramLabel = "DIR", description = "The SavedModel to train.")
  private Path directory;

  @Mixin private DataOptions data;

  @Option(
      names = "--steps",
      paramLabel = "N",
      required = true,
      description = "Optimizer steps to take.")
  private long steps;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The SavedModel to write; must not exist.")
  private Path out;

  @Mixin private TrainingOptions training;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "5e-4",
      description = "Peak, after a tenth of the steps, falling to 0; default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--precision",
      paramLabel = "full|mixed_bfloat16",
      defaultValue = "full",
      description = {
        "What steps compute in: the model's own types, or products in bfloat16 with variables, norms",
        "and loss in float32; default: ${DEFAULT-VALUE}."
      })
  private Precision precision;

  @Option(
      names = "--trainable",
      paramLabel = "SELECTOR",
      description = {
        "Train only what is selected: blocks=9..11, blocks=-3.., role=ROLE, name=GLOB;",
        "may be repeated. Default: all."
      })
  private List<String> trainable = new ArrayList<>();

  @Option(
      names = "--freeze",
      paramLabel = "SELECTOR",
      description = "Do not train what is selected; may be repeated.")
  private List<String> frozen = new ArrayList<>();

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed of data order, masking and dropout; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private MachineOptions machine;

  TrainCommand() {}

  @Override
  Answer answer() {
    TrainableSet chosen = checked(this::trainableSet);
    checked(machine::threads);
    ModelCall call = checked(training::call);
    List<Path> inputs = new ArrayList<>(data.files());
    inputs.add(directory);
    Destination.fresh(out, inputs);
    ModelSpec spec;
    try (Model model = Espalier.open(directory, common().operators())) {
      spec = model.spec();
    }
    TrainSettings asked = checked(() -> settings(spec, chosen, training.sequence(spec)));
    try (Corpus corpus = data.open(asked.objective());
        ProgressDisplay progress = ProgressDisplay.on(err(), "Training on " + data.description())) {
      TrainSettings settings =
          checked(() -> settings(spec, chosen, training.sequence(spec, corpus)));
      RunResult result =
          Espalier.train(
              directory,
              corpus,
              settings,
              seed,
              out,
              new RunOptions(machine.device(), machine.threads(), false, false, progress, call));
      return answer(result, spec, settings);
    }
  }

  private TrainableSet trainableSet() {
    List<Selector> include = trainable.stream().map(Selector::new).toList();
    return new TrainableSet(
        include.isEmpty() ? List.of(Selector.ALL) : include,
        frozen.stream().map(Selector::new).toList());
  }

  private TrainSettings settings(ModelSpec spec, TrainableSet chosen, int sequence) {
    return new TrainSettings(
        training.objective(spec),
        steps,
        training.batch(),
        sequence,
        OptimizerSettings.adamW(learningRate, 0, steps / WARMUP_SHARE),
        chosen,
        Math.max(1, steps / EVALUATIONS),
        EVALUATION_BATCHES,
        0,
        List.of(),
        List.of(),
        1,
        precision);
  }

  private Answer answer(RunResult result, ModelSpec spec, TrainSettings settings) {
    return Answer.of(
        Json.object(
            "model", result.model().toString(),
            "blocks", spec.blocks(),
            "objective", Labels.of(settings.objective()),
            "steps", result.steps(),
            "held_out_loss", Json.number(result.heldOutLoss()),
            "seconds", result.seconds(),
            "data", data.names()),
        List.of(
            "%s: %s steps in %s, held-out loss %s"
                .formatted(
                    result.model(),
                    Quantities.count(result.steps()),
                    Quantities.seconds(result.seconds()),
                    Quantities.loss(result.heldOutLoss()))));
  }
}
