package org.espalier.tf;

import com.google.common.collect.Sets;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.GraphFile;

/**
 * The next graph taken from a template: a model that Python exported at the next sizes.
 *
 * <p>Graph, object graph, fingerprint and assets are the template's, byte for byte, so the result
 * is to Python what the template is; only the values of its parameters are the plan's.
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
    check(template, to);
    return new NextGraph(
        GraphFile.copied(template.directory()),
        ByteString.copyFrom(template.weights().readString(CheckpointGraph.KEY)),
        template.variables(),
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

  /** A parameter is known by its object path, which exporters derive from the user's own code. */
  private static void check(Model template, ModelSpec to) {
    Map<String, Parameter> found = template.variables().parameters();
    Map<String, Parameter> planned = to.parametersByName();
    Set<String> missing = Sets.difference(planned.keySet(), found.keySet());
    Set<String> surplus = Sets.difference(found.keySet(), planned.keySet());
    if (!missing.isEmpty() || !surplus.isEmpty()) {
      throw new EspalierException(
          "The template %s does not have the parameters of the plan's next model: it lacks %s and has besides %s; export one of %s blocks with the same code as the model"
              .formatted(template.directory(), some(missing), some(surplus), to.blocks()));
    }
    planned.forEach(
        (name, parameter) -> {
          Parameter other = found.get(name);
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
