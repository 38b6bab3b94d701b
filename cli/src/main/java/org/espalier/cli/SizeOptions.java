package org.espalier.cli;

import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** The sizes and choices of a fresh model; the library checks their values. */
final class SizeOptions {
  private final Map<String, String> settings = new TreeMap<>();

  /** Returns what was given, by the names that schedules use. */
  Map<String, String> settings() {
    return settings;
  }

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Sizes by name, tiny to large; the options below change single ones.")
  void preset(String value) {
    settings.put("preset", value);
  }

  @Option(names = "--blocks", paramLabel = "L", description = "Number of blocks.")
  void blocks(String value) {
    settings.put("blocks", value);
  }

  @Option(names = "--residual", paramLabel = "H", description = "Width of the residual stream.")
  void residual(String value) {
    settings.put("residual", value);
  }

  @Option(names = "--heads", paramLabel = "A", description = "Attention heads of a block.")
  void heads(String value) {
    settings.put("heads", value);
  }

  @Option(names = "--head-size", paramLabel = "N", description = "Width of a head; default: H / A.")
  void headSize(String value) {
    settings.put("head_size", value);
  }

  @Option(
      names = "--ffn",
      paramLabel = "F",
      description = "Width between the feed-forward layers; default: 4 H.")
  void ffn(String value) {
    settings.put("ffn", value);
  }

  @Option(names = "--vocabulary", paramLabel = "N", description = "Number of tokens.")
  void vocabulary(String value) {
    settings.put("vocabulary", value);
  }

  @Option(names = "--positions", paramLabel = "N", description = "Longest sequence.")
  void positions(String value) {
    settings.put("positions", value);
  }

  @Option(names = "--token-types", paramLabel = "N", description = "Token types of a BERT.")
  void tokenTypes(String value) {
    settings.put("token_types", value);
  }

  @Option(names = "--image", paramLabel = "N", description = "Height and width of a vit's images.")
  void image(String value) {
    settings.put("image", value);
  }

  @Option(names = "--patch", paramLabel = "N", description = "Height and width of a vit's patches.")
  void patch(String value) {
    settings.put("patch", value);
  }

  @Option(names = "--channels", paramLabel = "N", description = "Channels of a vit's images.")
  void channels(String value) {
    settings.put("channels", value);
  }

  @Option(names = "--classes", paramLabel = "N", description = "Classes of a vit.")
  void classes(String value) {
    settings.put("classes", value);
  }

  @Option(
      names = "--tied-head",
      paramLabel = "BOOL",
      description = "Whether the token logits are made with the token table; default: true.")
  void tiedHead(String value) {
    settings.put("tied_head", value);
  }

  @Option(
      names = "--pooler",
      paramLabel = "BOOL",
      description = "Whether a bert has a pooler on its first position; default: false.")
  void pooler(String value) {
    settings.put("pooler", value);
  }

  @Option(names = "--activation", paramLabel = "NAME", description = "gelu (default) or gelu_tanh.")
  void activation(String value) {
    settings.put("activation", value);
  }

  @Option(names = "--dtype", paramLabel = "NAME", description = "float32 (default) or float64.")
  void dtype(String value) {
    settings.put("dtype", value);
  }

  @Option(
      names = "--dropout",
      paramLabel = "RATE",
      description = "Dropout of the training function; default: 0.1, of a vit 0.")
  void dropout(String value) {
    settings.put("dropout", value);
  }

  @Option(names = "--norm-epsilon", paramLabel = "E", description = "The norms' epsilon.")
  void normEpsilon(String value) {
    settings.put("norm_epsilon", value);
  }
}
