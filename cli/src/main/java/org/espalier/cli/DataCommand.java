package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.tf.data.PretrainingFormat;
import org.espalier.tf.data.PretrainingText;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.data.Tokenizer;
import org.espalier.tf.data.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier data}. */
@Command(
    name = "data",
    description = "Reads text files and writes their tokens, or masked sequences, for --data.")
final class DataCommand extends Subcommand {
  private enum Format {
    TOKENS,
    TFRECORD
  }

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Text files, in order.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The file to write; must not exist.")
  private Path out;

  @Option(
      names = "--tokenizer",
      paramLabel = "NAME|FILE",
      defaultValue = "bytes",
      description =
          "How text becomes tokens: 'bytes', or a tokenizer.json; default: ${DEFAULT-VALUE}.")
  private String tokenizer;

  @Option(
      names = "--format",
      paramLabel = "tokens|tfrecord",
      defaultValue = "tokens",
      description = {
        "tokens: a token file. tfrecord: masked sequences, as BERT's create_pretraining_data.py",
        "writes them; default: ${DEFAULT-VALUE}."
      })
  private Format format;

  @Mixin private PretrainingOptions pretraining;

  DataCommand() {}

  @Override
  Answer answer() {
    if (format == Format.TFRECORD) {
      return masked(checked(pretraining::format));
    }
    checked(
        () -> {
          if (pretraining.isGiven()) {
            throw new IllegalArgumentException(
                "--sequence, --predictions, --copies and --seed are for use with --format tfrecord");
          }
          return true;
        });
    Tokenizer chosen = Tokenizer.named(tokenizer);
    Vocabulary vocabulary = chosen.vocabulary();
    long tokens = TokenStore.write(files, chosen, Destination.fresh(out, files));
    return Answer.of(
        Json.object(
            "tokens_file", out.toString(),
            "tokenizer", vocabulary.tokenizer(),
            "vocabulary", vocabulary.size(),
            "tokens", tokens,
            "files", names()),
        List.of(
            "%s: %s tokens of tokenizer '%s', vocabulary %d"
                .formatted(
                    out, Quantities.count(tokens), vocabulary.tokenizer(), vocabulary.size())));
  }

  private Answer masked(PretrainingFormat asked) {
    Destination.fresh(out, files);
    try (TokenStore text = TokenStore.of(files, Tokenizer.named(tokenizer))) {
      PretrainingText.Written written = PretrainingText.write(text, asked, out);
      Vocabulary vocabulary = text.vocabulary();
      return Answer.of(
          Json.object(
              "tfrecord_file", out.toString(),
              "tokenizer", vocabulary.tokenizer(),
              "vocabulary", vocabulary.size(),
              "sequences", written.sequences(),
              "sequence", asked.sequence(),
              "max_predictions_per_sequence", asked.predictions(),
              "predictions", written.predictions(),
              "files", names()),
          List.of(
              "%s: %s sequences of %d tokens of tokenizer '%s', vocabulary %d, with %s tokens to predict, at most %d a sequence"
                  .formatted(
                      out,
                      Quantities.count(written.sequences()),
                      asked.sequence(),
                      vocabulary.tokenizer(),
                      vocabulary.size(),
                      Quantities.count(written.predictions()),
                      asked.predictions())));
    }
  }

  private List<String> names() {
    return files.stream().map(Path::toString).toList();
  }
}
