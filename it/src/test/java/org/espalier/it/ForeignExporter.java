package org.espalier.it;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.api.Objective;

/**
 * A row of the table: one of the exporters of {@code exporters.py}.
 *
 * @param name as the script has it
 * @param objective what its model can be trained for; empty for one of images
 * @param template whether the script also exports it twice as wide
 */
record ForeignExporter(String name, Optional<Objective> objective, boolean template) {
  static final List<ForeignExporter> ALL =
      List.of(
          of("hf-bert", Objective.MLM, true),
          of("hf-roberta", Objective.MLM, false),
          of("hf-distilbert", Objective.MLM, true),
          of("hf-gpt2", Objective.CLM, true),
          new ForeignExporter("hf-vit", Optional.empty(), true),
          of("hf-bert-hidden", Objective.MLM, false),
          of("keras3-export", Objective.MLM, true),
          of("keras3-saved", Objective.MLM, false),
          of("tfkeras-functional", Objective.MLM, true),
          of("kerashub-bert", Objective.MLM, false),
          of("kerashub-gpt2", Objective.CLM, true),
          of("tf-module", Objective.MLM, true),
          of("tf-lookup", Objective.MLM, false),
          of("many-signatures", Objective.MLM, false),
          of("bfloat16-weights", Objective.MLM, false),
          of("float16-weights", Objective.MLM, false),
          of("sharded", Objective.MLM, false),
          of("hf-albert", Objective.MLM, false),
          of("hf-t5-encoder", Objective.MLM, false),
          of("scan", Objective.MLM, false));

  /**
   * Those of the table in docs/interop.md. The others take too long for every build, and some do
   * not pass every check.
   */
  static final List<ForeignExporter> DOCUMENTED =
      ALL.stream()
          .filter(
              exporter ->
                  Set.of(
                          "hf-bert",
                          "hf-gpt2",
                          "hf-vit",
                          "tf-lookup",
                          "many-signatures",
                          "bfloat16-weights",
                          "float16-weights",
                          "sharded",
                          "hf-albert",
                          "scan")
                      .contains(exporter.name()))
          .toList();

  private static final Set<String> NOT_GROWABLE = Set.of("hf-albert", "hf-t5-encoder", "scan");

  private static ForeignExporter of(String name, Objective objective, boolean template) {
    return new ForeignExporter(name, Optional.of(objective), template);
  }

  /** Whether its blocks can be repeated: not where they share weights, or are one loop. */
  boolean isGrowable() {
    return !NOT_GROWABLE.contains(name);
  }

  /** Whether it is made with transformers, whose import and export take most of the time. */
  boolean isHuggingFace() {
    return name.startsWith("hf-");
  }
}
