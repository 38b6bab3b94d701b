package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.tf.data.DefaultCorpus;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.data.Tokenizer;
import picocli.CommandLine.Option;

/** Which text is trained or evaluated on. */
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = {
        "A text file, or the tokens that 'espalier data' wrote; may be repeated for text.",
        "Default: this project's own documentation and source text."
      })
  private List<Path> files = new ArrayList<>();

  /** Returns the files, none for the default corpus. */
  List<Path> files() {
    return files;
  }

  /** Opens the tokens; the caller closes them. */
  TokenStore open() {
    return files.isEmpty()
        ? DefaultCorpus.tokens(Tokenizer.bytes())
        : TokenStore.of(files.toArray(new Path[0]));
  }

  /** Returns what is read, for people. */
  String description() {
    return files.isEmpty()
        ? "the default corpus (this project's documentation and source text; --data FILE for yours)"
        : String.join(", ", files.stream().map(Path::toString).toList());
  }

  /** Returns the files' names for programs, or null for the default corpus. */
  List<String> names() {
    return files.isEmpty() ? null : files.stream().map(Path::toString).toList();
  }
}
