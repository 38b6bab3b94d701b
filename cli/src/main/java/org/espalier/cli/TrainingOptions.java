package org.espalier.cli;

import java.util.Map;
import java.util.Optional;
import org.espalier.api.ModelSpec;
import org.espalier.api.Objective;
import picocli.CommandLine.Option;

/** What a model learns to predict, and how much of it at once. */
final class TrainingOptions {
  private static final int LONGEST_DEFAULT_SEQUENCE = 128;

  @Option(
      names = "--objective",
      paramLabel = "mlm|clm",
      description = "Masked tokens or the next token; default: clm for a causal model.")
  private Optional<Objective> objective = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Sequences a step; default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--sequence",
      paramLabel = "N",
      description = "Tokens a sequence; default: 128, or the model's positions if fewer.")
  private Optional<Integer> sequence = Optional.empty();

  /** Returns the objective for a model. */
  Objective objective(ModelSpec spec) {
    return objective.orElse(spec.attributes().causal() ? Objective.CLM : Objective.MLM);
  }

  /** Returns the sequences of a step. */
  int batch() {
    return batch;
  }

  /** Returns the tokens of a sequence for a model. */
  int sequence(ModelSpec spec) {
    Map<String, Integer> dimensions = spec.dimensions();
    return sequence.orElse(
        Math.min(
            LONGEST_DEFAULT_SEQUENCE,
            dimensions.getOrDefault("positions", LONGEST_DEFAULT_SEQUENCE)));
  }
}
