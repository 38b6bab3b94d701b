package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.tf.data.PretrainingStore;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.data.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
  @TempDir private Path directory;

  @Test
  void writesTheTokensOfTextsInOrder() throws IOException {
    Path first = Files.writeString(directory.resolve("first.txt"), "grow");
    Path second = Files.writeString(directory.resolve("second.txt"), "tree");
    Path tokens = directory.resolve("all.tokens");
    Cli cli = Cli.run("data", first, second, "--out", tokens, "--json");
    assertThat(cli.err()).isEmpty();
    assertThat(cli.exit()).isZero();
    assertThat(cli.json().keySet())
        .containsExactly("tokens_file", "tokenizer", "vocabulary", "tokens", "files");
    try (TokenStore store = TokenStore.open(tokens)) {
      int[] read = new int[(int) store.size()];
      store.read(0, read, 0, read.length);
      assertThat(Tokenizer.bytes().decode(read)).contains("grow", "tree");
      assertThat(cli.json().get("tokens").getAsLong()).isEqualTo(store.size());
    }
  }

  @Test
  void writesMaskedSequencesOfText() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), "grow a tree ".repeat(40));
    Path file = directory.resolve("masked");
    Cli cli =
        Cli.run(
            "data",
            text,
            "--out",
            file,
            "--json",
            "--format",
            "tfrecord",
            "--sequence",
            32,
            "--copies",
            3);
    assertThat(cli.err()).isEmpty();
    assertThat(cli.exit()).isZero();
    assertThat(cli.json().keySet())
        .containsExactly(
            "tfrecord_file",
            "tokenizer",
            "vocabulary",
            "sequences",
            "sequence",
            "max_predictions_per_sequence",
            "predictions",
            "files");
    assertThat(cli.json().get("max_predictions_per_sequence").getAsInt()).isEqualTo(5);
    try (PretrainingStore store = PretrainingStore.of(List.of(file))) {
      assertThat(store.sequence()).isEqualTo(32);
      assertThat(store.size()).isEqualTo(3 * (480 / 30));
      assertThat(cli.json().get("sequences").getAsLong()).isEqualTo(store.size());
      assertThat(cli.json().get("predictions").getAsLong()).isEqualTo(store.predictions());
    }
  }

  @Test
  void takesOptionsOfMaskingWhereItMasksOnly() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), "grow a tree ".repeat(40));
    Path out = directory.resolve("out");
    Cli tokens = Cli.run("data", text, "--out", out, "--copies", 3);
    Cli length = Cli.run("data", text, "--out", out, "--format", "tfrecord", "--sequence", 3);
    assertThat(tokens.err()).contains("--copies").contains("--format tfrecord").hasLineCount(1);
    assertThat(length.err()).contains("sequence is 3, must be 4 to 32768").hasLineCount(1);
    assertThat(tokens.exit()).isEqualTo(2);
    assertThat(length.exit()).isEqualTo(2);
    assertThat(out).doesNotExist();
  }

  @Test
  void neverOverwrites() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), "some text");
    Path taken = Files.writeString(directory.resolve("taken"), "keep me");
    Cli cli = Cli.run("data", text, "--out", taken);
    assertThat(cli.exit()).isEqualTo(1);
    assertThat(cli.err())
        .isEqualToNormalizingNewlines(
            "espalier: --out " + taken + " exists; remove it or name another\n");
    assertThat(taken).hasContent("keep me");
  }

  @Test
  void failsInOneLineAndWritesNothing() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), "some text");
    Path out = directory.resolve("out");
    Cli missing = Cli.run("data", directory.resolve("nothing"), "--out", out);
    Cli tokenizer = Cli.run("data", text, "--out", out, "--tokenizer", "byts");
    assertThat(missing.err()).startsWith("espalier: ").contains("nothing").hasLineCount(1);
    assertThat(tokenizer.err()).startsWith("espalier: ").contains("byts", "bytes").hasLineCount(1);
    assertThat(missing.exit()).isEqualTo(1);
    assertThat(tokenizer.exit()).isEqualTo(1);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(text);
    }
  }
}
