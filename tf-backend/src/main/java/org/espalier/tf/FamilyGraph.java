package org.espalier.tf;

import com.google.common.collect.Sets;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.tf.family.FamilyModel;
import org.espalier.tf.family.FamilyOptions;
import org.espalier.tf.family.FamilyRecognition;
import org.espalier.tf.graph.ModelVariables;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.SignatureDef;

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
    FamilyModel built = FamilyModel.build(FamilyOptions.of(to, model.savedModel()));
    if (!built.spec().equals(to)) {
      throw new EspalierException(
          "No %s is like the plan's next model: %s; the family builds %s"
              .formatted(to.family(), described(to), described(built.spec())));
    }
    SavedModelDirectory next = SavedModelDirectory.of(model.directory(), built.savedModel());
    ByteString checkpoint = built.checkpointGraph().toByteString();
    Map<Integer, String> keys = CheckpointGraph.keys(checkpoint.toByteArray(), next.objects());
    return new NextGraph(
        built.savedModel(),
        checkpoint,
        Variables.of(ModelVariables.list(next, keys, Optional.empty())),
        to,
        fates(model.savedModel(), next),
        Optional.empty());
  }

  /** Other graphs over the same variables may compute something else: they must not be replaced. */
  private static void checkOurs(Model model, ModelSpec to) {
    ModelSpec spec = model.spec();
    boolean ours =
        FamilyRecognition.recognise(model.savedModel(), model.variables().parameters().values())
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

  private static List<String> fates(SavedModelDirectory before, SavedModelDirectory after) {
    List<String> fates = new ArrayList<>();
    fates.add("built anew at the next sizes: all functions");
    Map<String, SignatureDef> old = before.metaGraph().getSignatureDefMap();
    Set<String> dropped =
        Sets.difference(old.keySet(), after.metaGraph().getSignatureDefMap().keySet());
    if (!dropped.isEmpty()) {
      fates.add("dropped, since the family has none such: signatures " + dropped);
    }
    return fates;
  }
}
