package org.espalier.cli;

import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.tf.data.PretrainingFormat;
import picocli.CommandLine.Option;

/** How text is masked where it is written as BERT's pre-training data. */
final class PretrainingOptions {
  private static final int SEQUENCE = 128;

  @Option(
      names = "--sequence",
      paramLabel = "N",
      description = "tfrecord: tokens a sequence; default: " + SEQUENCE + ".")
  private Optional<Integer> sequence = Optional.empty();

  @Option(
      names = "--predictions",
      paramLabel = "N",
      description = "tfrecord: the most tokens to predict of one; default: 15 %%, rounded up.")
  private Optional<Integer> predictions = Optional.empty();

  @Option(
      names = "--copies",
      paramLabel = "N",
      description = "tfrecord: how often each is written, masked anew; default: 1.")
  private Optional<Integer> copies = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "tfrecord: seed of masks and order; default: 0.")
  private Optional<Long> seed = Optional.empty();

  /** Returns whether any of the options was given. */
  boolean isGiven() {
    return Stream.of(sequence, predictions, copies, seed).anyMatch(Optional::isPresent);
  }

  /**
   * Returns what was asked for.
   *
   * @throws IllegalArgumentException if a number is out of its range
   */
  PretrainingFormat format() {
    int length = sequence.orElse(SEQUENCE);
    return new PretrainingFormat(
        length,
        predictions.orElseGet(() -> PretrainingFormat.advisedPredictions(length)),
        copies.orElse(1),
        seed.orElse(0L));
  }
}
