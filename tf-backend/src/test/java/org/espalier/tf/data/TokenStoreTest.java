package org.espalier.tf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenStoreTest {
  @TempDir Path folder;

  @Test
  void byteTokensAreTheBytesAfterTheSpecialTokens() {
    Tokenizer bytes = Tokenizer.bytes();
    assertThat(bytes.vocabulary().size()).isEqualTo(261);
    assertThat(bytes.encode("Aé".getBytes(StandardCharsets.UTF_8)))
        .containsExactly('A' + 5, 0xc3 + 5, 0xa9 + 5);
    assertThat(bytes.decode(new int[] {1, 'A' + 5, 3, 0xc3 + 5, 0xa9 + 5, 2}))
        .isEqualTo("[CLS]A[MASK]é[SEP]");
    assertThatThrownBy(() -> bytes.decode(new int[] {261}))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("261");
  }

  @Test
  void aWrittenFileHoldsTheTokensAcrossChunkBorders() throws IOException {
    byte[] text = randomBytes(700_001, 1);
    Path out = folder.resolve("a.tokens");
    assertThat(TokenStore.write(List.of(file("a.txt", text)), Tokenizer.bytes(), out))
        .isEqualTo(text.length);
    assertThat(Files.size(out)).isEqualTo(256 + 2L * text.length + 2 * 4);
    try (TokenStore store = TokenStore.of(out)) {
      assertThat(store.size()).isEqualTo(text.length);
      assertThat(store.vocabulary().tokenizer()).isEqualTo("bytes");
      int border = TokenHeader.CHUNK_BYTES / 2;
      int[] read = new int[64];
      store.read(border - 30, read, 2, 60);
      int[] expected =
          IntStream.range(0, 60).map(i -> (text[border - 30 + i] & 0xff) + 5).toArray();
      assertThat(Arrays.copyOfRange(read, 2, 62)).isEqualTo(expected);
      assertThat(read[1]).isZero();
      assertThatThrownBy(() -> store.read(store.size() - 1, read, 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("a.txt", "a.tokens");
    }
  }

  @Test
  void textAndItsTokenFileAreTheSameTokens() throws IOException {
    Path first = file("a.txt", "one".getBytes(StandardCharsets.UTF_8));
    Path second = file("b.txt", "two".getBytes(StandardCharsets.UTF_8));
    Path out = folder.resolve("both.tokens");
    TokenStore.write(List.of(first, second), Tokenizer.bytes(), out);
    try (TokenStore text = TokenStore.of(first, second);
        TokenStore tokens = TokenStore.of(out);
        TokenStore other = TokenStore.of(second, first)) {
      int[] read = new int[7];
      text.read(0, read, 0, 7);
      assertThat(Tokenizer.bytes().decode(read)).isEqualTo("one[SEP]two");
      assertThat(text.fingerprint()).isEqualTo(tokens.fingerprint());
      assertThat(text.fingerprint()).isNotEqualTo(other.fingerprint());
    }
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    Path out = folder.resolve("a.tokens");
    TokenStore.write(List.of(file("a.txt", randomBytes(40, 2))), Tokenizer.bytes(), out);
    byte[] sound = Files.readAllBytes(out);
    for (int i = 0; i < sound.length; i++) {
      byte[] damaged = sound.clone();
      damaged[i] ^= (byte) (1 << (i % 8));
      Path bad = Files.write(folder.resolve("bad.tokens"), damaged);
      assertThatThrownBy(() -> TokenStore.of(bad).close())
          .as("byte %d", i)
          .isInstanceOf(EspalierException.class)
          .hasMessageStartingWith("token file " + bad + " ");
    }
  }

  @Test
  void everyTruncationIsFound() throws IOException {
    Path out = folder.resolve("a.tokens");
    TokenStore.write(List.of(file("a.txt", randomBytes(40, 3))), Tokenizer.bytes(), out);
    byte[] sound = Files.readAllBytes(out);
    for (int length = 0; length < sound.length; length++) {
      Path bad = Files.write(folder.resolve("bad.tokens"), Arrays.copyOf(sound, length));
      assertThatThrownBy(() -> TokenStore.of(bad).close())
          .as("length %d", length)
          .isInstanceOf(EspalierException.class);
    }
  }

  @Test
  void aTokenOutsideTheVocabularyIsRefusedEvenWithSoundChecksums() throws IOException {
    Path out = folder.resolve("a.tokens");
    TokenStore.write(List.of(file("a.txt", randomBytes(4, 4))), Tokenizer.bytes(), out);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(256, (short) 300);
    byte[] tokens = new byte[8];
    bytes.get(256, tokens);
    bytes.putInt(256 + 8, TokenWriter.crc(tokens, 8));
    byte[] table = new byte[4];
    bytes.get(256 + 8, table);
    bytes.putInt(248, TokenWriter.crc(table, 4));
    bytes.putInt(252, TokenWriter.crc(bytes.array(), 252));
    Files.write(out, bytes.array());
    assertThatThrownBy(() -> TokenStore.open(out))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("holds token 300");
  }

  @Test
  void badInputIsOneClearLine() throws IOException {
    Path empty = file("empty.txt", new byte[0]);
    Path named = file("named.tokens", "only text".getBytes(StandardCharsets.UTF_8));
    Path good = file("good.txt", new byte[] {65});
    Path missing = folder.resolve("missing.txt");
    assertThatThrownBy(() -> TokenStore.of(empty)).hasMessageContaining("there is no text in");
    assertThatThrownBy(() -> TokenStore.of(named)).hasMessageContaining("token file");
    assertThatThrownBy(() -> TokenStore.of(good, named)).hasMessageContaining("is a token file");
    assertThatThrownBy(() -> TokenStore.of(missing)).hasMessageContaining("no such file");
    assertThatThrownBy(() -> TokenStore.of(folder)).hasMessageContaining("is a directory");
    assertThatThrownBy(TokenStore::of).hasMessageContaining("no text was named");
    assertThatThrownBy(() -> TokenStore.write(List.of(good), Tokenizer.bytes(), named))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("it exists");
    assertThat(Files.readString(named)).isEqualTo("only text");
  }

  @Test
  void theHeldOutPartIsTheEndAndSharesNothing() throws IOException {
    try (TokenStore store = TokenStore.of(file("a.txt", randomBytes(1_001, 5)))) {
      TokenSplit split = store.split();
      assertThat(split.training()).isEqualTo(new TokenSpan(store, 0, 950));
      assertThat(split.heldOut()).isEqualTo(new TokenSpan(store, 950, 1_001));
      assertThat(split.identity()).isNotEqualTo(store.split(0.5).identity());
      assertThatThrownBy(() -> store.split(0)).isInstanceOf(EspalierException.class);
      assertThatThrownBy(() -> store.split(1)).isInstanceOf(EspalierException.class);
      assertThatThrownBy(() -> store.split(Double.NaN)).isInstanceOf(EspalierException.class);
      assertThatThrownBy(() -> TokenSplit.of(store, store)).hasMessageContaining("overlap");
    }
  }

  @Test
  void theDefaultCorpusIsThisProjectsText() {
    try (TokenStore store = DefaultCorpus.tokens(Tokenizer.bytes())) {
      int[] tokens = new int[(int) store.size()];
      store.read(0, tokens, 0, tokens.length);
      assertThat(tokens.length).isBetween(20_000, 3_000_000);
      assertThat(Tokenizer.bytes().decode(tokens)).contains("package org.espalier.tf.data;");
    }
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] randomBytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
