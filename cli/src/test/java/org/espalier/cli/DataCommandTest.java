package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
