package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.data.Tokenizer;
import org.espalier.tf.data.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier data}. */
@Command(name = "data", description = "Reads text files and writes their tokens, for --data.")
final class DataCommand extends Subcommand {
  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Text files, in order.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The token file to write; must not exist.")
  private Path out;

  @Option(
      names = "--tokenizer",
      paramLabel = "NAME|FILE",
      defaultValue = "bytes",
      description =
          "How text becomes tokens: 'bytes', or a tokenizer.json; default: ${DEFAULT-VALUE}.")
  private String tokenizer;

  DataCommand() {}

  @Override
  Answer answer() {
    Tokenizer chosen = Tokenizer.named(tokenizer);
    Vocabulary vocabulary = chosen.vocabulary();
    long tokens = TokenStore.write(files, chosen, Destination.fresh(out, files));
    return Answer.of(
        Json.object(
            "tokens_file", out.toString(),
            "tokenizer", vocabulary.tokenizer(),
            "vocabulary", vocabulary.size(),
            "tokens", tokens,
            "files", files.stream().map(Path::toString).toList()),
        List.of(
            "%s: %s tokens of tokenizer '%s', vocabulary %d"
                .formatted(
                    out, Quantities.count(tokens), vocabulary.tokenizer(), vocabulary.size())));
  }
}
