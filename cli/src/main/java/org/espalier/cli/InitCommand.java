package org.espalier.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code espalier init}. */
@Command(
    name = "init",
    description = "Builds a fresh model from sizes and writes it as a SavedModel.")
final class InitCommand extends Subcommand {
  @Option(
      names = "--family",
      paramLabel = "bert|gpt|vit",
      required = true,
      description = "The architecture.")
  private String family;

  @Mixin private SizeOptions sizes;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed of the initial weights; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The SavedModel to write; must not exist.")
  private Path out;

  InitCommand() {}

  @Override
  Answer answer() {
    Map<String, String> settings = new TreeMap<>(sizes.settings());
    Espalier.init(new ModelRequest(family, settings), seed, Destination.fresh(out, List.of()));
    try (Model model = Espalier.open(out)) {
      ModelSpec spec = model.spec();
      return Answer.of(
          Json.object(
              "model",
              out.toString(),
              "family",
              spec.family(),
              "blocks",
              spec.blocks(),
              "dimensions",
              spec.dimensions(),
              "parameters",
              spec.parameterCount(),
              "bytes",
              spec.bytes(),
              "seed",
              seed),
          List.of(
              "%s: %s of %d blocks, %s parameters, %s"
                  .formatted(
                      out,
                      spec.family(),
                      spec.blocks(),
                      Quantities.count(spec.parameterCount()),
                      Quantities.amount((double) spec.bytes(), "B"))));
    }
  }
}
