package org.espalier.tf.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.graph.EmittedGraph;
import org.espalier.tf.graph.Flattener;
import org.espalier.tf.graph.GraphEmitter;
import org.espalier.tf.graph.ModelVariables;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.ObjectPaths;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.Struct.StructuredValue;

/** Finds in a SavedModel the functions to train and to evaluate, and their variables. */
final class TrainableModelReader {
  /** Where a callable model has its functions, by preference. */
  private static final List<String> PLACES =
      List.of("__call__", "call", "serve", "signatures/serving_default");

  private final SavedModelDirectory model;
  private final ModelSpec spec;
  private final ObjectPaths paths;

  TrainableModelReader(Path directory, ModelSpec spec) {
    this.model = SavedModelDirectory.read(directory);
    this.spec = spec;
    this.paths = new ObjectPaths(model.objects());
  }

  TrainableModel read() {
    if (spec.dimensions().containsKey("classes")) {
      throw new EspalierException(
          ("%s classifies images, but training and evaluation here are of text, with the objectives"
                  + " mlm and clm; train it in Python, where it is a model like any other")
              .formatted(model.path()));
    }
    Map<Integer, ModelVariable> variables = variables();
    List<String> functions = functions();
    String inference = firstWithTraining(functions, false);
    String training = firstWithTraining(functions, true);
    if (inference == null && training == null) {
      throw new EspalierException(
          "%s has no function to train: its root has none of %s".formatted(model.path(), PLACES));
    }
    ForwardFunction evaluated = forward(inference == null ? training : inference, variables);
    ForwardFunction trained =
        training == null || training.equals(inference) ? evaluated : forward(training, variables);
    return new TrainableModel(
        model.path(), spec, List.copyOf(variables.values()), trained, evaluated);
  }

  private Map<Integer, ModelVariable> variables() {
    Map<Integer, String> keys;
    try (BundleReader bundle = BundleReader.open(model.variablesPrefix())) {
      keys = CheckpointGraph.keys(bundle.readString(CheckpointGraph.KEY), model.objects());
    }
    Map<Integer, ModelVariable> variables = new LinkedHashMap<>();
    ModelVariables.list(model, keys, Optional.empty())
        .forEach(
            variable ->
                variables.put(
                    variable.node(),
                    new ModelVariable(
                        variable.path(),
                        variable.type(),
                        variable.shape().getDimList().stream().map(dim -> dim.getSize()).toList(),
                        variable.keys())));
    return variables;
  }

  /** The concrete functions of the first place that has some. */
  private List<String> functions() {
    for (String place : PLACES) {
      OptionalInt node = paths.find(place);
      if (node.isPresent()) {
        SavedObject object = model.objects().getNodes(node.getAsInt());
        if (object.hasFunction() && object.getFunction().getConcreteFunctionsCount() > 0) {
          return object.getFunction().getConcreteFunctionsList();
        }
        if (object.hasBareConcreteFunction()) {
          return List.of(object.getBareConcreteFunction().getConcreteFunctionName());
        }
      }
    }
    return List.of();
  }

  /** A function is for training when an argument of its signature is true. */
  private String firstWithTraining(List<String> functions, boolean training) {
    for (String function : functions) {
      SavedConcreteFunction recorded =
          model
              .objects()
              .getConcreteFunctionsOrDefault(function, SavedConcreteFunction.getDefaultInstance());
      if (holdsTrue(recorded.getCanonicalizedInputSignature()) == training) {
        return function;
      }
    }
    return null;
  }

  private static boolean holdsTrue(StructuredValue value) {
    return switch (value.getKindCase()) {
      case BOOL_VALUE -> value.getBoolValue();
      case LIST_VALUE -> value.getListValue().getValuesList().stream().anyMatch(v -> holdsTrue(v));
      case TUPLE_VALUE ->
          value.getTupleValue().getValuesList().stream().anyMatch(v -> holdsTrue(v));
      case DICT_VALUE ->
          value.getDictValue().getFieldsMap().values().stream().anyMatch(v -> holdsTrue(v));
      default -> false;
    };
  }

  private ForwardFunction forward(String function, Map<Integer, ModelVariable> variables) {
    EmittedGraph emitted = new GraphEmitter(model).emit(new Flattener(model).flatten(function));
    Map<String, String> handles = new HashMap<>();
    emitted
        .variables()
        .forEach(
            (node, handle) -> {
              if (!variables.containsKey(node)) {
                throw new EspalierException(
                    "Function '%s' of %s uses a variable that its checkpoint does not hold"
                        .formatted(function, model.path()));
              }
              handles.put(handle, variables.get(node).name());
            });
    return new ForwardFunction(
        emitted.graph(), handles, inputs(function, emitted.placeholders()), logits(emitted));
  }

  private Map<InputRole, String> inputs(String function, Map<String, String> placeholders) {
    Map<InputRole, String> inputs = new EnumMap<>(InputRole.class);
    placeholders.forEach(
        (argument, placeholder) -> {
          InputRole role = placeholders.size() == 1 ? InputRole.TOKENS : role(argument);
          if (inputs.putIfAbsent(role, placeholder) != null) {
            throw new EspalierException(
                ("Function '%s' of %s takes %s; one input of token ids is needed, and beside it"
                        + " at most an attention mask and token types")
                    .formatted(function, model.path(), placeholders.keySet()));
          }
        });
    return inputs;
  }

  private static InputRole role(String argument) {
    String name = argument.toLowerCase(Locale.ROOT);
    if (name.contains("mask")) {
      return InputRole.MASK;
    }
    return name.contains("type") || name.contains("segment")
        ? InputRole.SEGMENTS
        : InputRole.TOKENS;
  }

  private static String logits(EmittedGraph emitted) {
    List<String> names = new ArrayList<>(emitted.outputs().keySet());
    return emitted.outputs().getOrDefault("logits", emitted.outputs().get(names.get(0)));
  }
}
