package org.espalier.tf.family;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;

/** An architecture whose models Espalier builds from sizes. */
public enum Family {
  /**
   * BERT (Devlin et al., 2018): norms after the residual sums, token types, attention mask, and a
   * head for masked tokens. Presets are Google's BERT miniatures, base and large.
   */
  BERT(
      "bert",
      "encoder",
      1e-12,
      30522,
      512,
      2,
      ImmutableMap.of(
          "tiny", new Preset(2, 128, 2),
          "mini", new Preset(4, 256, 4),
          "small", new Preset(4, 512, 8),
          "medium", new Preset(8, 512, 8),
          "base", new Preset(12, 768, 12),
          "large", new Preset(24, 1024, 16))),

  /**
   * GPT-2 (Radford et al., 2019): norms before attention and feed-forward, causal, learned
   * positions. The presets from small on are GPT-2's; tiny and mini have BERT's sizes of that name.
   */
  GPT(
      "gpt",
      "decoder",
      1e-5,
      50257,
      1024,
      0,
      ImmutableMap.of(
          "tiny", new Preset(2, 128, 2),
          "mini", new Preset(4, 256, 4),
          "small", new Preset(12, 768, 12),
          "medium", new Preset(24, 1024, 16),
          "large", new Preset(36, 1280, 20),
          "xl", new Preset(48, 1600, 25)));

  /**
   * Named sizes.
   *
   * @param blocks number of blocks
   * @param residual width of the residual stream
   * @param heads attention heads of a block
   */
  record Preset(int blocks, int residual, int heads) {}

  private final String id;
  private final String stack;
  private final double normEpsilon;
  private final int vocabulary;
  private final int positions;
  private final int tokenTypes;
  private final ImmutableMap<String, Preset> presets;

  Family(
      String id,
      String stack,
      double normEpsilon,
      int vocabulary,
      int positions,
      int tokenTypes,
      ImmutableMap<String, Preset> presets) {
    this.id = id;
    this.stack = stack;
    this.normEpsilon = normEpsilon;
    this.vocabulary = vocabulary;
    this.positions = positions;
    this.tokenTypes = tokenTypes;
    this.presets = presets;
  }

  /** Returns the name that users write. */
  public String id() {
    return id;
  }

  /**
   * Returns the family of that name.
   *
   * @throws EspalierException if there is none
   */
  public static Family of(String id) {
    return Arrays.stream(values())
        .filter(family -> family.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new EspalierException(
                    "No model family '%s'; choose one of %s"
                        .formatted(
                            id,
                            Arrays.stream(values())
                                .map(Family::id)
                                .collect(Collectors.joining(", ")))));
  }

  /** Returns the name of the object that holds the blocks. */
  String stack() {
    return stack;
  }

  double normEpsilon() {
    return normEpsilon;
  }

  int vocabulary() {
    return vocabulary;
  }

  int positions() {
    return positions;
  }

  int tokenTypes() {
    return tokenTypes;
  }

  /** Returns the sizes of that name. */
  Preset preset(String name) {
    Preset preset = presets.get(name);
    if (preset == null) {
      throw new EspalierException(
          "No preset '%s' of family %s; choose one of %s, or give blocks, residual and heads"
              .formatted(name, id, String.join(", ", presets.keySet())));
    }
    return preset;
  }

  /** Returns the names of the presets, smallest first. */
  public Iterable<String> presets() {
    return presets.keySet();
  }
}
