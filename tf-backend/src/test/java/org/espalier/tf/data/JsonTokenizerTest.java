package org.espalier.tf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids are compared with Python's in the interoperation tests. */
class JsonTokenizerTest {
  /** Words whole or in pieces, as BERT's; [SEP] and [UNK] stand in the model alone. */
  private static final String WORDS =
      """
      {"version": "1.0", "normalizer": {"type": "Lowercase"},
       "pre_tokenizer": {"type": "BertPreTokenizer"},
       "added_tokens": [
         {"id": 0, "content": "[PAD]", "special": true, "single_word": false, "lstrip": false,
          "rstrip": false, "normalized": false},
         {"id": 8, "content": "[MASK]", "special": true, "single_word": false, "lstrip": false,
          "rstrip": false, "normalized": false}],
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
         "max_input_chars_per_word": 100,
         "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "grow": 4, "##n": 5, "a": 6,
           "tree": 7, "[MASK]": 8, ".": 9}}}
      """;

  private static final String NO_MASK =
      """
      {"version": "1.0", "pre_tokenizer": {"type": "Whitespace"}, "added_tokens": [],
       "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "tree": 1}}}
      """;

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("tokenizer.json"), WORDS);
  }

  @Test
  void makesTokensOfTextAndTextOfTokens() {
    Tokenizer tokenizer = Tokenizer.named(file.toString());
    assertThat(encode(tokenizer, "Grown a tree.\nshrub [MASK]"))
        .containsExactly(4, 5, 6, 7, 9, 1, 8);
    assertThat(tokenizer.decode(new int[] {4, 6, 8})).isEqualTo("grow a [MASK]");
    assertThatThrownBy(() -> tokenizer.decode(new int[] {10}))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("allowed are 0 to 9");
  }

  @Test
  void readsTheVocabularyFromTheFile() {
    Vocabulary vocabulary = Tokenizer.read(file).vocabulary();
    assertThat(vocabulary.tokenizer()).matches("tokenizer\\.json:[0-9a-f]{64}");
    assertThat(vocabulary.size()).isEqualTo(10);
    assertThat(vocabulary.special()).isEqualTo(new SpecialTokens(0, 2, 3, 8, 1));
  }

  @Test
  void piecesOfALongTextAreTheText() {
    Tokenizer tokenizer = Tokenizer.read(file);
    // Words of 5 letters and one blank: no multiple of a piece, so cuts fall inside words.
    int[] tokens = encode(tokenizer, "grown ".repeat(50_001));
    assertThat(tokens).hasSize(2 * 50_001);
    assertThat(Arrays.stream(tokens).distinct()).containsExactly(4, 5);
    // Without white space anywhere: pieces are cut where they end.
    assertThat(encode(tokenizer, ".".repeat(200_000))).hasSize(200_000).containsOnly(9);
  }

  @Test
  void aTokenFileKeepsTheVocabulary() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), "a tree");
    Path out = directory.resolve("a.tokens");
    Tokenizer tokenizer = Tokenizer.read(file);
    assertThat(TokenStore.write(List.of(text, text), tokenizer, out)).isEqualTo(5);
    try (TokenStore store = TokenStore.open(out)) {
      assertThat(store.vocabulary()).isEqualTo(tokenizer.vocabulary());
      int[] read = new int[5];
      store.read(0, read, 0, 5);
      assertThat(read).containsExactly(6, 7, 3, 6, 7);
    }
  }

  @Test
  void withoutAMaskThereIsNoMaskedModel() throws IOException {
    Files.writeString(file, NO_MASK);
    Path text = Files.writeString(directory.resolve("text"), "tree tree tree tree tree");
    try (TokenStore store = TokenStore.of(List.of(text, text), Tokenizer.read(file))) {
      assertThat(store.size()).isEqualTo(10);
      assertThatThrownBy(() -> MlmMasking.training(store.vocabulary(), 1))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("objective clm");
      assertThatThrownBy(() -> Batches.shuffled(store.all(), Framing.MASKED, 4, 1))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("objective clm");
      assertThat(Batches.shuffled(store.all(), Framing.CAUSAL, 4, 1).rows(0, 1)[0]).containsOnly(1);
    }
  }

  @Test
  void whatIsNoTokenizerIsRefusedInOneLine() throws IOException {
    refused("{", "no vocabulary is found");
    refused("[1, 2]", "no vocabulary is found");
    refused("{}", "no vocabulary is found");
    refused("{\"model\": {\"vocab\": {\"a\": \"b\"}}}", "no vocabulary is found");
    refused("{\"model\": {\"vocab\": {\"a\": 2147483647}}}", "no vocabulary is found");
    refused("{\"model\": {\"type\": \"Abacus\", \"vocab\": {\"a\": 0}}}", "is no tokenizer");
    Files.delete(file);
    assertThatThrownBy(() -> Tokenizer.named(file.toString()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("there is no such file");
  }

  private void refused(String json, String reason) throws IOException {
    Files.writeString(file, json);
    assertThatThrownBy(() -> Tokenizer.read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("\n");
  }

  private static int[] encode(Tokenizer tokenizer, String text) {
    return tokenizer.encode(text.getBytes(StandardCharsets.UTF_8));
  }
}
