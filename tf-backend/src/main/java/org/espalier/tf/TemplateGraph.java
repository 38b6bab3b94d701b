package org.espalier.tf;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.GraphFile;

/**
 * The next graph taken from a template: a model that Python exported at the next sizes.
 *
 * <p>Graph, object graph, fingerprint and assets are the template's, byte for byte, so the result
 * is to Python what the template is; only the values of its parameters are the plan's. State that
 * counts or seeds, under names that Python numbers as it goes, keeps the template's values where
 * the plan has none of its name.
 */
final class TemplateGraph {
  private static final List<String> IDENTITY = List.of("fingerprint.pb", "keras_metadata.pb");
  private static final int MOST_NAMED = 5;

  private TemplateGraph() {}

  /**
   * Takes the graph of {@code template} for {@code to}.
   *
   * @throws EspalierException if the template has other parameters than {@code to}
   */
  static NextGraph of(Model template, ModelSpec to) {
    Map<String, Parameter> found = matched(template, to);
    check(template, to, found);
    Map<String, List<String>> keys = new LinkedHashMap<>();
    found.forEach(
        (planned, parameter) -> keys.put(planned, template.variables().keys(parameter.name())));
    return new NextGraph(
        GraphFile.copied(template.directory()),
        ByteString.copyFrom(template.weights().readString(CheckpointGraph.KEY)),
        new Variables(found, keys, template.variables().others()),
        template.spec(),
        List.of("taken from the template " + template.directory() + ": all functions"),
        Optional.of(template),
        OptionalDouble.empty());
  }

  /** Copies the files beside the graph by which Python tells what a model is. */
  static void copyIdentity(Model template, Path staging) throws IOException {
    for (String name : IDENTITY) {
      Path file = template.directory().resolve(name);
      if (Files.isRegularFile(file)) {
        Files.copy(file, staging.resolve(name));
      }
    }
  }

  /**
   * The template's parameter for each of the plan's: by role and block where a layout gives both
   * models the same roles, for object paths that are numbers shift with the sizes; else by name.
   */
  private static Map<String, Parameter> matched(Model template, ModelSpec to) {
    TemplateMatch byRole = TemplateMatch.of(template.spec(), to, TemplateGraph::place);
    if (byRole.isWhole()) {
      return byRole.found();
    }
    TemplateMatch byName = TemplateMatch.of(template.spec(), to, Parameter::name);
    if (!byName.isWhole()) {
      throw new EspalierException(
          "The template %s does not have the parameters of the plan's next model: it lacks %s and has besides %s; export one of %s blocks with the same code as the model"
              .formatted(
                  template.directory(),
                  some(byName.missing()),
                  some(byName.surplus()),
                  to.blocks()));
    }
    return byName.found();
  }

  /** Names tell apart only what has no role, such as counters. */
  private static String place(Parameter parameter) {
    return parameter.role().equals(Roles.UNKNOWN)
        ? "named " + parameter.name()
        : parameter.block() + " " + parameter.role();
  }

  private static void check(Model template, ModelSpec to, Map<String, Parameter> found) {
    Map<String, Parameter> planned = to.parametersByName();
    found.forEach(
        (name, other) -> {
          Parameter parameter = planned.get(name);
          if (!other.shape().equals(parameter.shape()) || other.dtype() != parameter.dtype()) {
            throw new EspalierException(
                "'%s' is %s %s in the template %s, but the plan makes it %s %s; export the template at the plan's sizes, %s"
                    .formatted(
                        name,
                        other.dtype(),
                        other.shape(),
                        template.directory(),
                        parameter.dtype(),
                        parameter.shape(),
                        to.dimensions()));
          }
        });
    OptionalDouble epsilon = to.attributes().normEpsilon();
    OptionalDouble given = template.spec().attributes().normEpsilon();
    if (epsilon.isPresent() && given.isPresent() && !epsilon.equals(given)) {
      throw new EspalierException(
          "The template %s has norms with an epsilon of %s, but the plan needs %s; export the template with that"
              .formatted(template.directory(), given.getAsDouble(), epsilon.getAsDouble()));
    }
  }

  private static String some(Set<String> names) {
    if (names.isEmpty()) {
      return "nothing";
    }
    String listed =
        names.stream().sorted().limit(MOST_NAMED).collect(Collectors.joining(", ", "[", "]"));
    return names.size() > MOST_NAMED
        ? "%s and %d more".formatted(listed, names.size() - MOST_NAMED)
        : listed;
  }
}
