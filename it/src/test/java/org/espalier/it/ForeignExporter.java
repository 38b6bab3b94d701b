package org.espalier.it;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.api.Objective;
import org.espalier.tf.ModelCall;

/**
 * A row of the table: one of the exporters of {@code exporters.py}.
 *
 * @param name as the script has it
 * @param objective what its model is trained for
 * @param template whether the script also exports it twice as wide
 */
record ForeignExporter(String name, Objective objective, boolean template) {
  /** The rows of the table. */
  static final List<ForeignExporter> ALL =
      List.of(
          of("hf-bert", Objective.MLM, true),
          of("hf-roberta", Objective.MLM, true),
          of("hf-electra", Objective.MLM, true),
          of("hf-distilbert", Objective.MLM, true),
          of("hf-gpt2", Objective.CLM, true),
          of("hf-vit", Objective.CLASSIFICATION, true),
          of("hf-deit", Objective.CLASSIFICATION, true),
          of("keras3-export", Objective.MLM, true),
          of("keras3-saved", Objective.MLM, true),
          of("tfkeras-functional", Objective.MLM, true),
          of("kerashub-bert", Objective.MLM, true),
          of("kerashub-gpt2", Objective.CLM, true),
          of("tf-module", Objective.MLM, true),
          of("tf-lookup", Objective.MLM, true),
          of("many-signatures", Objective.MLM, false),
          of("bfloat16-weights", Objective.MLM, false),
          of("float16-weights", Objective.MLM, false),
          of("sharded", Objective.MLM, false),
          of("hf-bert-hidden", Objective.MLM, false),
          of("hf-albert", Objective.MLM, false),
          of("hf-t5-encoder", Objective.MLM, false),
          of("scan", Objective.MLM, false));

  /** One of each kind, for every build; all of them take too long. */
  static final List<ForeignExporter> EVERY_BUILD =
      named("hf-bert", "keras3-export", "tf-lookup", "scan");

  private static final Set<String> NOT_GROWABLE =
      Set.of("hf-bert-hidden", "hf-albert", "hf-t5-encoder", "scan");

  /** Their layers or modules have names that no layout of Espalier's can know. */
  private static final Set<String> NAMED_BY_THEIR_AUTHOR =
      Set.of("keras3-export", "keras3-saved", "tfkeras-functional", "tf-lookup");

  private static ForeignExporter of(String name, Objective objective, boolean template) {
    return new ForeignExporter(name, objective, template);
  }

  /** Returns exporters in the order of the table. */
  static List<ForeignExporter> named(String... names) {
    List<ForeignExporter> found =
        ALL.stream().filter(e -> Arrays.asList(names).contains(e.name())).toList();
    if (found.size() != names.length) {
      throw new AssertionError(
          "of the exporters %s only %s are there".formatted(List.of(names), names(found)));
    }
    return found;
  }

  static List<String> names(List<ForeignExporter> exporters) {
    return exporters.stream().map(ForeignExporter::name).toList();
  }

  /** Whether its blocks can be repeated: not where they share weights, differ, or are one loop. */
  boolean isGrowable() {
    return !NOT_GROWABLE.contains(name);
  }

  /** How its model is called where the names of its inputs do not tell. */
  ModelCall call() {
    return name.equals("keras3-saved")
        ? new ModelCall(
            Optional.empty(), Map.of("tokens", "inputs", "mask", "inputs_1"), Optional.empty())
        : ModelCall.BY_CONVENTION;
  }

  /** Whether only a layout of its author's tells what its parameters are for. */
  boolean needsLayout() {
    return NAMED_BY_THEIR_AUTHOR.contains(name);
  }

  /** Sees the layouts of {@code src/test/layouts} as if they lay in a plugin's jar. */
  static URLClassLoader layouts() throws MalformedURLException {
    URL plugin = Root.resolve("it/src/test/layouts").toUri().toURL();
    return new URLClassLoader(new URL[] {plugin}, ForeignExporter.class.getClassLoader());
  }

  /** Whether it is made with transformers, whose import and export take most of the time. */
  boolean isHuggingFace() {
    return name.startsWith("hf-");
  }
}
