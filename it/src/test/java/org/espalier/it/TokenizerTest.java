package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.tf.data.SpecialTokens;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.data.Tokenizer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A tokenizer.json makes in Java the tokens that it makes in Python")
class TokenizerTest {
  /** More than two of the pieces that Java reads. */
  private static final int CHARACTERS = 150_000;

  @TempDir private Path directory;

  @Test
  void ofEveryKindInUse() throws Exception {
    Path text = Files.writeString(directory.resolve("text"), text());
    PythonEnvironment.EXPORTERS.run("tokenizers_reference.py", text, directory);
    check(text, "wordpiece", new SpecialTokens(0, 2, 3, 4, 1));
    check(text, "byte-pairs", new SpecialTokens(-1, -1, 0, -1, -1));
    check(text, "unigram", new SpecialTokens(0, -1, 1, -1, 2));
  }

  private void check(Path text, String kind, SpecialTokens special) throws Exception {
    JsonObject python =
        new Gson()
            .fromJson(Files.readString(directory.resolve(kind + ".ids.json")), JsonObject.class);
    List<Integer> expected = new ArrayList<>();
    JsonArray ids = python.getAsJsonArray("ids");
    ids.forEach(id -> expected.add(id.getAsInt()));
    Tokenizer tokenizer = Tokenizer.read(directory.resolve(kind + ".json"));
    assertThat(tokenizer.vocabulary().size()).isEqualTo(python.get("size").getAsInt());
    assertThat(tokenizer.vocabulary().special()).isEqualTo(special);
    try (TokenStore store = TokenStore.of(List.of(text), tokenizer)) {
      int[] read = new int[(int) store.size()];
      store.read(0, read, 0, read.length);
      assertThat(read).as(kind).containsExactly(expected.stream().mapToInt(id -> id).toArray());
    }
  }

  /** This project's README, as often as it takes, with letters and signs of other scripts. */
  private static String text() throws Exception {
    StringBuilder text = new StringBuilder();
    String readme = Files.readString(Root.resolve("README.md"));
    while (text.length() < CHARACTERS) {
      text.append(readme).append(" Äpfel, 木を育てる — 🌳🌲\n\n");
    }
    return text.toString();
  }
}
