package org.espalier.tf;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.family.FamilyRecognition;
import org.espalier.tf.graph.BlockFinder;
import org.espalier.tf.graph.BlockStructure;
import org.espalier.tf.graph.GraphVariable;
import org.espalier.tf.graph.ModelVariables;
import org.espalier.tf.layout.LayoutParameter;
import org.espalier.tf.layout.LayoutRecognition;
import org.espalier.tf.layout.Layouts;
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
  private static final String NO_WIDTH =
      "Width cannot grow: the roles of its parameters are not known";

  /**
   * Recognises a model: by the record that Espalier left beside it, by its parameters, by a layout,
   * or else by its structure alone.
   *
   * @param keys the checkpoint key of each variable, by object-graph node
   * @param layouts read only where they are needed
   */
  static Recognition of(
      SavedModelDirectory model,
      Map<Integer, String> keys,
      Optional<ModelRecord> record,
      Supplier<Layouts> layouts) {
    Variables variables = Variables.of(ModelVariables.list(model, keys, Optional.empty()));
    if (record.isPresent()) {
      ModelSpec spec = record.get().spec();
      if (spec.parametersByName().keySet().equals(variables.parameters().keySet())) {
        check(model, spec, variables);
        return new Recognition(spec, variables, limits(spec));
      }
      // Blocks that only shapes show have names that no object path gives.
      Recognition found = byStructure(model, keys, layouts);
      check(model, spec, found.variables());
      return new Recognition(spec, found.variables(), found.limits());
    }
    // Python drops the record when it saves a model of ours again.
    return FamilyRecognition.recognise(model, variables.parameters().values())
        .map(spec -> new Recognition(spec, variables, List.of()))
        .orElseGet(() -> byStructure(model, keys, layouts));
  }

  private static List<String> limits(ModelSpec spec) {
    return spec.dimensions().isEmpty() ? List.of(NO_WIDTH) : List.of();
  }

  private static Recognition byStructure(
      SavedModelDirectory model, Map<Integer, String> keys, Supplier<Layouts> layouts) {
    Optional<BlockStructure> blocks = Optional.empty();
    ImmutableList.Builder<String> limits = ImmutableList.builder();
    try {
      blocks = Optional.of(BlockFinder.find(model, keys));
    } catch (EspalierException noBlocks) {
      limits.add("Depth cannot grow: " + noBlocks.getMessage());
    }
    List<GraphVariable> all = ModelVariables.list(model, keys, blocks);
    Variables variables = Variables.of(all);
    Map<String, GraphVariable> named = Variables.named(all);
    int count = blocks.map(BlockStructure::blocks).orElse(0);
    List<LayoutParameter> parameters = new ArrayList<>();
    variables
        .parameters()
        .forEach(
            (name, parameter) -> {
              GraphVariable variable = named.get(name);
              parameters.add(new LayoutParameter(parameter, variable.name(), variable.path()));
            });
    Optional<LayoutRecognition.Recognised> recognised =
        new LayoutRecognition(layouts.get(), model.functions().values())
            .recognise(parameters, count);
    if (recognised.isEmpty()) {
      limits.add(NO_WIDTH);
    } else if (recognised.get().gaps().isEmpty()) {
      limits.add(
          "Width grows with --template alone: layout %s tells the roles of the parameters, but Espalier did not build the graph"
              .formatted(recognised.get().layout()));
    } else {
      limits.add("Width cannot grow: " + String.join("; ", recognised.get().gaps()));
    }
    ModelSpec spec =
        recognised
            .map(LayoutRecognition.Recognised::spec)
            .orElseGet(
                () ->
                    new ModelSpec(
                        "unknown",
                        count,
                        Map.of(),
                        new ArrayList<>(variables.parameters().values()),
                        ModelAttributes.UNKNOWN));
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
