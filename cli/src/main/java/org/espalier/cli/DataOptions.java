package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.api.EspalierException;
import org.espalier.api.Objective;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.data.DefaultCorpus;
import org.espalier.tf.data.ImageStore;
import org.espalier.tf.data.PretrainingStore;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.data.Tokenizer;
import picocli.CommandLine.Option;

/** What is trained or evaluated on. */
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = {
        "A text file, or the tokens that 'espalier data' wrote; may be repeated for text.",
        "For mlm also TFRecord files as BERT's create_pretraining_data.py writes them, or a",
        "directory of such files: masks and length of sequences are then the files'.",
        "For classification a .npz of the arrays images and labels, or TFRecord files.",
        "Default: this project's own documentation and source text."
      })
  private List<Path> files = new ArrayList<>();

  /** Returns the files, none for the default corpus. */
  List<Path> files() {
    return files;
  }

  /**
   * Opens the data for an objective; the caller closes it.
   *
   * @throws EspalierException if it cannot be read, or is missing where there is no default
   */
  Corpus open(Objective objective) {
    if (objective == Objective.CLASSIFICATION) {
      if (files.isEmpty()) {
        throw new EspalierException(
            "Objective classification needs labelled images: name them with --data, a .npz file of"
                + " the arrays images and labels, or a TFRecord file");
      }
      return ImageStore.of(files);
    }
    if (PretrainingStore.isAmong(files)) {
      return PretrainingStore.of(files);
    }
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
