package org.espalier.tf.family;

import com.google.common.collect.ImmutableMap;
import org.espalier.api.EspalierException;

/**
 * Named sizes of a family; its feed-forward layers are four times as wide as the residual stream.
 *
 * @param blocks number of blocks
 * @param residual width of the residual stream
 * @param heads attention heads of a block
 */
record Preset(int blocks, int residual, int heads) {
  /** Google's BERT miniatures (Turc et al., 2019), base and large. */
  private static final ImmutableMap<String, Preset> BERT =
      ImmutableMap.of(
          "tiny", new Preset(2, 128, 2),
          "mini", new Preset(4, 256, 4),
          "small", new Preset(4, 512, 8),
          "medium", new Preset(8, 512, 8),
          "base", new Preset(12, 768, 12),
          "large", new Preset(24, 1024, 16));

  /** GPT-2's sizes from small on; tiny and mini are those of BERT. */
  private static final ImmutableMap<String, Preset> GPT =
      ImmutableMap.of(
          "tiny", new Preset(2, 128, 2),
          "mini", new Preset(4, 256, 4),
          "small", new Preset(12, 768, 12),
          "medium", new Preset(24, 1024, 16),
          "large", new Preset(36, 1280, 20),
          "xl", new Preset(48, 1600, 25));

  /** DeiT's sizes, then ViT's large and huge. */
  private static final ImmutableMap<String, Preset> VIT =
      ImmutableMap.of(
          "tiny", new Preset(12, 192, 3),
          "small", new Preset(12, 384, 6),
          "base", new Preset(12, 768, 12),
          "large", new Preset(24, 1024, 16),
          "huge", new Preset(32, 1280, 16));

  private static ImmutableMap<String, Preset> all(Family family) {
    return switch (family) {
      case BERT -> BERT;
      case GPT -> GPT;
      case VIT -> VIT;
    };
  }

  /**
   * Returns the preset of that name.
   *
   * @throws EspalierException if the family has none
   */
  static Preset of(Family family, String name) {
    Preset preset = all(family).get(name);
    if (preset == null) {
      throw new EspalierException(
          "No preset '%s' of family %s; choose one of %s, or give blocks, residual and heads"
              .formatted(name, family.id(), names(family)));
    }
    return preset;
  }

  /** Returns the names of a family's presets, smallest first. */
  static String names(Family family) {
    return String.join(", ", all(family).keySet());
  }
}
