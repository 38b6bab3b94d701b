package org.espalier.tf.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the ids in a {@code tokenizer.json}: those of its model and those added to it.
 *
 * <p>Special tokens are told by the names that BERT, RoBERTa, GPT-2 and T5 gave them.
 */
final class JsonVocabulary {
  private static final List<String> PAD = List.of("[PAD]", "<pad>");
  private static final List<String> CLS = List.of("[CLS]", "<s>");
  private static final List<String> SEP = List.of("[SEP]", "</s>", "<|endoftext|>");
  private static final List<String> MASK = List.of("[MASK]", "<mask>");
  private static final List<String> UNK = List.of("[UNK]", "<unk>");

  private final Map<String, Integer> ids = new HashMap<>();

  private JsonVocabulary(JsonObject json) {
    if (json.get("model") instanceof JsonObject model) {
      if (model.get("vocab") instanceof JsonObject byToken) {
        byToken.entrySet().forEach(token -> ids.put(token.getKey(), token.getValue().getAsInt()));
      } else if (model.get("vocab") instanceof JsonArray byId) {
        for (int id = 0; id < byId.size(); id++) {
          ids.put(byId.get(id).getAsJsonArray().get(0).getAsString(), id);
        }
      }
    }
    if (json.get("added_tokens") instanceof JsonArray added) {
      for (JsonElement token : added) {
        JsonObject fields = token.getAsJsonObject();
        ids.put(fields.get("content").getAsString(), fields.get("id").getAsInt());
      }
    }
  }

  /**
   * Reads the vocabulary.
   *
   * @param tokenizer what it will be called
   * @throws RuntimeException of whatever kind, if the file is none of the known forms
   */
  static Vocabulary of(JsonObject json, String tokenizer) {
    JsonVocabulary vocabulary = new JsonVocabulary(json);
    int largest = vocabulary.ids.values().stream().mapToInt(id -> id).max().orElse(-1);
    return new Vocabulary(
        tokenizer,
        Math.addExact(largest, 1),
        new SpecialTokens(
            vocabulary.id(PAD),
            vocabulary.id(CLS),
            vocabulary.id(SEP),
            vocabulary.id(MASK),
            vocabulary.id(UNK)));
  }

  private int id(List<String> names) {
    return names.stream()
        .filter(ids::containsKey)
        .map(ids::get)
        .findFirst()
        .orElse(SpecialTokens.NONE);
  }
}
