package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.TensorShapeProto;

/** Gives the flat graph of any function of a model. */
public final class Flattener {
  private final SavedModelDirectory model;

  /** Reads functions from {@code model}. */
  public Flattener(SavedModelDirectory model) {
    this.model = model;
  }

  /**
   * Inlines everything that a function calls.
   *
   * @param function the name of a function; its captures are known when the object graph records it
   * @throws EspalierException when the function is missing, malformed, or holds an old-style loop
   */
  public FlatGraph flatten(String function) {
    FunctionDef definition = model.functions().get(function);
    if (definition == null) {
      throw new EspalierException(
          model.path() + " has no function '" + function + "'; it has " + model.functions().size());
    }
    List<FlatArgument> arguments = arguments(definition);
    Inliner inliner = new Inliner(model.functions());
    List<TensorRef> values = new ArrayList<>();
    for (FlatArgument argument : arguments) {
      inliner.reserve(argument.name());
      values.add(TensorRef.argument(argument.name()));
    }
    Inliner.Body body = inliner.copy(definition, "", values, Set.of(), 0);
    List<FlatOutput> outputs = new ArrayList<>();
    for (int i = 0; i < body.outputs().size(); i++) {
      outputs.add(new FlatOutput(definition.getSignature().getOutputArg(i), body.outputs().get(i)));
    }
    return new FlatGraph(
        function, arguments, inliner.nodes().values(), outputs, body.controlOutputs());
  }

  private List<FlatArgument> arguments(FunctionDef definition) {
    OpDef signature = definition.getSignature();
    SavedConcreteFunction recorded =
        model
            .objects()
            .getConcreteFunctionsOrDefault(
                signature.getName(), SavedConcreteFunction.getDefaultInstance());
    int fed = signature.getInputArgCount() - recorded.getBoundInputsCount();
    List<FlatArgument> arguments = new ArrayList<>();
    for (int i = 0; i < signature.getInputArgCount(); i++) {
      Map<String, AttrValue> attrs =
          definition.getArgAttrOrDefault(i, FunctionDef.ArgAttrs.getDefaultInstance()).getAttrMap();
      arguments.add(
          new FlatArgument(
              signature.getInputArg(i),
              attrs,
              shape(definition, attrs, i),
              i < fed ? OptionalInt.empty() : OptionalInt.of(recorded.getBoundInputs(i - fed))));
    }
    return arguments;
  }

  private static Optional<TensorShapeProto> shape(
      FunctionDef definition, Map<String, AttrValue> attrs, int argument) {
    AttrValue own = attrs.get("_output_shapes");
    if (own != null && own.getList().getShapeCount() == 1) {
      return Optional.of(own.getList().getShape(0));
    }
    AttrValue all = definition.getAttrOrDefault("_input_shapes", AttrValue.getDefaultInstance());
    return argument < all.getList().getShapeCount()
        ? Optional.of(all.getList().getShape(argument))
        : Optional.empty();
  }
}
