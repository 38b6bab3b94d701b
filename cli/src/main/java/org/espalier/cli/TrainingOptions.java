package org.espalier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.ModelSpec;
import org.espalier.api.Objective;
import org.espalier.tf.ModelCall;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.data.PretrainingStore;
import picocli.CommandLine.Option;

/** What a model learns to predict, and how much of it at once. */
final class TrainingOptions {
  private static final int LONGEST_DEFAULT_SEQUENCE = 128;

  @Option(
      names = "--objective",
      paramLabel = "mlm|clm|classification",
      description = "Masked tokens, the next token or an image's class; default: by the model.")
  private Optional<Objective> objective = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Sequences or images a step; default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--sequence",
      paramLabel = "N",
      description =
          "Tokens a sequence; default: 128, the model's positions if fewer, or what the data has.")
  private Optional<Integer> sequence = Optional.empty();

  @Option(
      names = "--function",
      paramLabel = "NAME",
      description =
          "The signature, or object path of the function, to call; default: the model's own call.")
  private Optional<String> function = Optional.empty();

  @Option(
      names = "--input",
      paramLabel = "ROLE=NAME",
      description =
          "The argument that is fed tokens, segments, mask, positions or images, where its name does not"
              + " tell; may be repeated.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = "--logits",
      paramLabel = "NAME",
      description = "The result that holds the logits; default: 'logits', or else the first.")
  private Optional<String> logits = Optional.empty();

  /** Returns how the model is called. */
  ModelCall call() {
    return new ModelCall(function, KeyValues.parse("--input", inputs), logits);
  }

  /** Returns the objective for a model. */
  Objective objective(ModelSpec spec) {
    if (spec.dimensions().containsKey("classes")) {
      return objective.orElse(Objective.CLASSIFICATION);
    }
    return objective.orElse(spec.attributes().causal() ? Objective.CLM : Objective.MLM);
  }

  /** Returns the sequences of a step. */
  int batch() {
    return batch;
  }

  /** Returns the tokens of a sequence: what was asked for, or else what the data has. */
  int sequence(ModelSpec spec, Corpus corpus) {
    return corpus instanceof PretrainingStore masked
        ? sequence.orElse(masked.sequence())
        : sequence(spec);
  }

  /** Returns the tokens of a sequence for a model; 0 for images. */
  int sequence(ModelSpec spec) {
    if (objective(spec) == Objective.CLASSIFICATION) {
      return sequence.orElse(0);
    }
    Map<String, Integer> dimensions = spec.dimensions();
    return sequence.orElse(
        Math.min(
            LONGEST_DEFAULT_SEQUENCE,
            dimensions.getOrDefault("positions", LONGEST_DEFAULT_SEQUENCE)));
  }
}
