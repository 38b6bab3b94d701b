package org.espalier.cli;

import java.nio.file.Path;
import java.util.List;
import org.espalier.api.ModelSpec;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.espalier.tf.Espalier;
import org.espalier.tf.Evaluation;
import org.espalier.tf.Model;
import org.espalier.tf.ModelCall;
import org.espalier.tf.data.TokenStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier eval}. */
@Command(name = "eval", description = "Measures how well a model predicts held-out text.")
final class EvalCommand extends Subcommand {
  @Parameters(paramLabel = "DIR", description = "The SavedModel.")
  private Path directory;

  @Mixin private DataOptions data;

  @Mixin private TrainingOptions training;

  @Option(
      names = "--batches",
      paramLabel = "N",
      defaultValue = "16",
      description = "Batches to take; default: ${DEFAULT-VALUE}.")
  private int batches;

  @Mixin private MachineOptions machine;

  EvalCommand() {}

  @Override
  Answer answer() {
    ModelCall call = checked(training::call);
    ModelSpec spec;
    try (Model model = Espalier.open(directory, common().operators())) {
      spec = model.spec();
    }
    TrainSettings settings = checked(() -> settings(spec));
    try (TokenStore text = data.open()) {
      Evaluation evaluation = Espalier.evaluate(directory, text, settings, call, machine.device());
      return Answer.of(
          Json.object(
              "model", directory.toString(),
              "objective", Labels.of(settings.objective()),
              "loss", Json.number(evaluation.loss()),
              "perplexity", Json.number(Math.exp(evaluation.loss())),
              "tokens", evaluation.tokens(),
              "data", data.names()),
          List.of(
              "held-out loss %s nats a token (perplexity %.4g) over %s predicted tokens"
                  .formatted(
                      Quantities.loss(evaluation.loss()),
                      Math.exp(evaluation.loss()),
                      Quantities.count(evaluation.tokens())),
              "text  " + data.description()));
    }
  }

  private TrainSettings settings(ModelSpec spec) {
    return new TrainSettings(
        training.objective(spec),
        0,
        training.batch(),
        training.sequence(spec),
        // Nothing is trained, so the rate is never used.
        OptimizerSettings.adamW(1, 0, 0),
        TrainableSet.ALL,
        1,
        batches,
        0);
  }
}
