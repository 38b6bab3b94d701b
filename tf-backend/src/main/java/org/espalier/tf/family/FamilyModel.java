package org.espalier.tf.family;

import java.util.List;
import org.espalier.api.ModelSpec;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * A model of a family, built but not written: all that a SavedModel directory holds.
 *
 * @param spec what the model is made of; to be written beside it as {@code
 *     assets.extra/espalier/model.json}
 * @param savedModel the content of {@code saved_model.pb}
 * @param checkpointGraph to be stored in the checkpoint as {@code _CHECKPOINTABLE_OBJECT_GRAPH}
 * @param variables the variables in the model's order
 * @param dropout the rate in the training function
 */
public record FamilyModel(
    ModelSpec spec,
    SavedModel savedModel,
    TrackableObjectGraph checkpointGraph,
    List<FamilyVariable> variables,
    double dropout) {
  /** Copies the list. */
  public FamilyModel {
    variables = List.copyOf(variables);
  }

  /**
   * Builds a model.
   *
   * <p>Deterministic: equal options give equal models, byte for byte.
   */
  public static FamilyModel build(FamilyOptions options) {
    ModelSpec spec = FamilyLayout.spec(options);
    List<FamilyVariable> variables =
        spec.parameters().stream()
            .map(
                parameter ->
                    new FamilyVariable(
                        parameter,
                        parameter.name().replace("/layer/", "/layer_"),
                        InitialValues.initializer(options, parameter)))
            .toList();
    SavedModelAssembly assembly = new SavedModelAssembly(options, variables);
    return new FamilyModel(
        spec, assembly.savedModel(), assembly.checkpointGraph(), variables, options.dropout());
  }
}
