package org.espalier.tf;

import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.tf.family.FamilyModel;
import org.espalier.tf.family.FamilyOptions;
import org.espalier.tf.family.FamilyRecognition;
import org.espalier.tf.savedmodel.GraphFile;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.SavedModel;

/**
 * The next graph of a model of our own, built anew by its family: the way to another width.
 *
 * <p>Sizes are spread over hundreds of constants of a graph, so they cannot be told apart and
 * rewritten safely; a builder that knows where they belong can be asked for other ones.
 */
final class FamilyGraph {
  private FamilyGraph() {}

  /**
   * Builds the graph of {@code to}.
   *
   * @throws EspalierException if the model's graph is not one that our builder made, or the family
   *     has no model like {@code to}
   */
  static NextGraph of(Model model, ModelSpec to) {
    checkOurs(model, to);
    FamilyModel built = FamilyModel.build(options(model, to));
    if (!built.spec().equals(to)) {
      throw new EspalierException(
          "No %s is like the plan's next model: %s; the family builds %s"
              .formatted(to.family(), described(to), described(built.spec())));
    }
    return next(model, built, "built anew at the next sizes: all functions");
  }

  /**
   * Builds the graph of {@code to} in no more time than that takes, where the model's own need not
   * be read to know that our builder made it.
   *
   * @return empty if that is not known, or the family has no model like {@code to}
   */
  static Optional<NextGraph> anew(Model model, ModelSpec to) {
    if (model.built().isEmpty()) {
      return Optional.empty();
    }
    FamilyModel built = FamilyModel.build(options(model, to));
    return built.spec().equals(to)
        ? Optional.of(
            next(model, built, "built anew with %d blocks: all functions".formatted(to.blocks())))
        : Optional.empty();
  }

  private static FamilyOptions options(Model model, ModelSpec to) {
    return model
        .built()
        .map(graph -> FamilyOptions.of(to, graph.dropout()))
        .orElseGet(() -> FamilyOptions.of(to, model.savedModel()));
  }

  private static NextGraph next(Model model, FamilyModel built, String fate) {
    List<String> fates = new ArrayList<>(List.of(fate));
    // The builder gives all models of a family the same signatures.
    GraphFile file = GraphFile.built(built.savedModel(), /* sameSignatures= */ true);
    if (model.built().isEmpty()) {
      file = GraphFile.replacing(model.savedModel(), built.savedModel());
      fates.addAll(dropped(model.savedModel(), built.savedModel()));
    }
    return new NextGraph(
        file,
        built.checkpointGraph().toByteString(),
        Variables.of(built.spec()),
        built.spec(),
        fates,
        Optional.empty(),
        OptionalDouble.of(built.dropout()));
  }

  /** Other graphs over the same variables may compute something else: they must not be replaced. */
  private static void checkOurs(Model model, ModelSpec to) {
    ModelSpec spec = model.spec();
    boolean ours =
        model.built().isPresent()
            || FamilyRecognition.recognise(
                    model.savedModel(), model.variables().parameters().values())
                .filter(
                    found ->
                        found.family().equals(spec.family())
                            && found.blocks() == spec.blocks()
                            && found.dimensions().equals(spec.dimensions())
                            && found.attributes().equals(spec.attributes()))
                .isPresent();
    if (!ours) {
      throw new EspalierException(
          ("The plan changes more than blocks, from %s to %s, but the graph of %s was not built by"
                  + " Espalier, so only its blocks can change; export a model of the next sizes"
                  + " from Python and give it with --template")
              .formatted(described(spec), described(to), model.directory()));
    }
  }

  private static String described(ModelSpec spec) {
    return spec.dimensions() + " with " + spec.attributes();
  }

  private static List<String> dropped(SavedModelDirectory before, SavedModel after) {
    Set<String> dropped =
        Sets.difference(
            before.metaGraph().getSignatureDefMap().keySet(),
            after.getMetaGraphs(0).getSignatureDefMap().keySet());
    return dropped.isEmpty()
        ? List.of()
        : List.of("dropped, since the family has none such: signatures " + dropped);
  }
}
