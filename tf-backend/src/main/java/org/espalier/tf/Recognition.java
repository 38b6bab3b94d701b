package org.espalier.tf;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.family.FamilyRecognition;
import org.espalier.tf.graph.BlockFinder;
import org.espalier.tf.graph.BlockStructure;
import org.espalier.tf.graph.ModelVariables;
import org.espalier.tf.savedmodel.ModelRecord;
import org.espalier.tf.savedmodel.SavedModelDirectory;

/**
 * What a SavedModel was recognised as.
 *
 * @param spec what it is made of
 * @param variables where its values are
 * @param limits what cannot be done with it, and why
 */
record Recognition(ModelSpec spec, Variables variables, List<String> limits) {

  /**
   * Recognises a model: by the record that Espalier left beside it, by its parameters, or else by
   * its structure.
   *
   * @param keys the checkpoint key of each variable, by object-graph node
   */
  static Recognition of(
      SavedModelDirectory model, Map<Integer, String> keys, Optional<ModelRecord> record) {
    if (record.isPresent()) {
      Variables variables = Variables.of(ModelVariables.list(model, keys, Optional.empty()));
      check(model, record.get().spec(), variables);
      return new Recognition(record.get().spec(), variables, List.of());
    }
    // Python drops the record when it saves a model of ours again.
    Variables variables = Variables.of(ModelVariables.list(model, keys, Optional.empty()));
    return FamilyRecognition.recognise(model, variables.parameters().values())
        .map(spec -> new Recognition(spec, variables, List.of()))
        .orElseGet(() -> byStructure(model, keys));
  }

  private static Recognition byStructure(SavedModelDirectory model, Map<Integer, String> keys) {
    Optional<BlockStructure> blocks = Optional.empty();
    ImmutableList.Builder<String> limits = ImmutableList.builder();
    try {
      blocks = Optional.of(BlockFinder.find(model, keys));
    } catch (EspalierException noBlocks) {
      limits.add("Depth cannot grow: " + noBlocks.getMessage());
    }
    limits.add("Width cannot grow: the roles of its parameters are not known");
    Variables variables = Variables.of(ModelVariables.list(model, keys, blocks));
    ModelSpec spec =
        new ModelSpec(
            "unknown",
            blocks.map(BlockStructure::blocks).orElse(0),
            Map.of(),
            new ArrayList<>(variables.parameters().values()),
            ModelAttributes.UNKNOWN);
    return new Recognition(spec, variables, limits.build());
  }

  /** The record must not be believed where the model itself says otherwise. */
  private static void check(SavedModelDirectory model, ModelSpec spec, Variables variables) {
    for (Parameter parameter : spec.parameters()) {
      Parameter found = variables.parameters().get(parameter.name());
      boolean same =
          found != null
              && found.shape().equals(parameter.shape())
              && found.dtype() == parameter.dtype();
      if (!same) {
        throw stale(
            model,
            "it lists '%s' as %s %s, the model has %s"
                .formatted(
                    parameter.name(),
                    parameter.dtype(),
                    parameter.shape(),
                    found == null ? "no such variable" : found.dtype() + " " + found.shape()));
      }
    }
    if (variables.parameters().size() != spec.parameters().size()) {
      throw stale(
          model,
          "it lists %d parameters, the model has %d"
              .formatted(spec.parameters().size(), variables.parameters().size()));
    }
  }

  private static EspalierException stale(SavedModelDirectory model, String how) {
    return new EspalierException(
        "%s does not describe this model: %s; remove that file to have the model recognised anew"
            .formatted(model.path().resolve(ModelRecord.FILE), how));
  }
}
