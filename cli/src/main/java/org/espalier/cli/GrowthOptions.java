package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.OperatorRegistry;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which growth of which model is asked for. */
final class GrowthOptions {
  /** The name of a reference that is given without one. */
  private static final String UNNAMED_REFERENCE = "reference";

  @Parameters(
      index = "0",
      paramLabel = "OPERATOR",
      description = "The operator's id; 'espalier operators' lists them.")
  private String operator;

  @Parameters(index = "1", paramLabel = "DIR", description = "The SavedModel to grow.")
  private Path model;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set an option of the operator; may be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--reference",
      paramLabel = "[NAME=]DIR",
      description = "A further SavedModel that the operator takes; may be repeated.")
  private List<String> references = new ArrayList<>();

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed of random choices; default: ${DEFAULT-VALUE}.")
  private long seed;

  /** Returns the operator's id. */
  String operator() {
    return operator;
  }

  /** Returns the model's directory. */
  Path model() {
    return model;
  }

  /** Returns the operator's options by name. */
  Map<String, String> settings() {
    return KeyValues.parse("--set", settings);
  }

  /** Returns the seed. */
  long seed() {
    return seed;
  }

  /** Returns the directories of the references by name. */
  Map<String, Path> references() {
    Map<String, Path> directories = new LinkedHashMap<>();
    KeyValues.parse(
            "--reference",
            references.stream()
                .map(text -> text.contains("=") ? text : UNNAMED_REFERENCE + "=" + text)
                .toList())
        .forEach((name, directory) -> directories.put(name, Path.of(directory)));
    return directories;
  }

  /** Opens the model and its references; the caller closes them. */
  OpenModels open(OperatorRegistry operators) {
    Map<String, Model> opened = new LinkedHashMap<>();
    Model main = Espalier.open(model, operators);
    OpenModels models = new OpenModels(main, opened);
    try {
      references()
          .forEach((name, directory) -> opened.put(name, Espalier.open(directory, operators)));
      return models;
    } catch (RuntimeException e) {
      models.close();
      throw e;
    }
  }

  /**
   * The models of one growth.
   *
   * @param model the one to grow
   * @param references the others, by name
   */
  record OpenModels(Model model, Map<String, Model> references) implements AutoCloseable {
    @Override
    public void close() {
      references.values().forEach(Model::close);
      model.close();
    }
  }
}
