package org.espalier.cli;

import java.nio.file.Path;
import java.util.List;
import org.espalier.api.ModelSpec;
import org.espalier.api.Objective;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.espalier.tf.Espalier;
import org.espalier.tf.Evaluation;
import org.espalier.tf.Model;
import org.espalier.tf.ModelCall;
import org.espalier.tf.data.Corpus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier eval}. */
@Command(name = "eval", description = "Measures how well a model predicts what was held out.")
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
    TrainSettings asked = checked(() -> settings(spec, training.sequence(spec)));
    try (Corpus corpus = data.open(asked.objective())) {
      TrainSettings settings = checked(() -> settings(spec, training.sequence(spec, corpus)));
      Evaluation evaluation =
          Espalier.evaluate(directory, corpus, settings, call, machine.device());
      boolean images = settings.objective() == Objective.CLASSIFICATION;
      return Answer.of(
          Json.object(
              "model", directory.toString(),
              "objective", Labels.of(settings.objective()),
              "loss", Json.number(evaluation.loss()),
              "perplexity", Json.number(Math.exp(evaluation.loss())),
              "accuracy", Json.number(evaluation.accuracy()),
              "predictions", evaluation.predictions(),
              "data", data.names()),
          List.of(
              "held-out loss %s nats %s (perplexity %.4g, accuracy %.4g) over %s"
                  .formatted(
                      Quantities.loss(evaluation.loss()),
                      images ? "an image" : "a token",
                      Math.exp(evaluation.loss()),
                      evaluation.accuracy(),
                      Quantities.count(evaluation.predictions())
                          + (images ? " images" : " predicted tokens")),
              "data  " + data.description()));
    }
  }

  private TrainSettings settings(ModelSpec spec, int sequence) {
    return new TrainSettings(
        training.objective(spec),
        0,
        training.batch(),
        sequence,
        // Nothing is trained, so the rate is never used.
        OptimizerSettings.adamW(1, 0, 0),
        TrainableSet.ALL,
        1,
        batches,
        0);
  }
}
