package org.espalier.tf.train;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.tf.bundle.BundleEntry;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.graph.BlockFinder;
import org.espalier.tf.graph.BlockStructure;
import org.espalier.tf.graph.EmittedGraph;
import org.espalier.tf.graph.Flattener;
import org.espalier.tf.graph.GraphEmitter;
import org.espalier.tf.graph.GraphVariable;
import org.espalier.tf.graph.ModelVariables;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.MaskFile;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.Struct.StructuredValue;

/** Finds in a SavedModel the functions to train and to evaluate, and their variables. */
final class TrainableModelReader {
  private static final int IMAGE_AXES = 4;

  private final SavedModelDirectory model;
  private final ModelSpec spec;
  private final Calling calling;

  TrainableModelReader(Path directory, ModelSpec spec, Calling calling) {
    this.model = SavedModelDirectory.read(directory);
    this.spec = spec;
    this.calling = calling;
  }

  TrainableModel read() {
    Map<Integer, ModelVariable> variables = variables();
    CallableFunctions callable = new CallableFunctions(model);
    List<String> functions = calling.function().map(callable::named).orElseGet(callable::usual);
    String inference = firstWithTraining(functions, false);
    String training = firstWithTraining(functions, true);
    ForwardFunction evaluated = forward(inference == null ? training : inference, variables);
    ForwardFunction trained =
        training == null || training.equals(inference) ? evaluated : forward(training, variables);
    return new TrainableModel(
        model.path(),
        spec,
        List.copyOf(variables.values()),
        trained,
        evaluated,
        MaskFile.ofModel(model.path(), spec));
  }

  private Map<Integer, ModelVariable> variables() {
    Map<Integer, String> keys;
    Map<String, BundleEntry> stored;
    try (BundleReader bundle = BundleReader.open(model.variablesPrefix())) {
      keys = CheckpointGraph.keys(bundle.readString(CheckpointGraph.KEY), model.objects());
      stored = bundle.entries();
    }
    Map<Integer, ModelVariable> variables =
        named(ModelVariables.list(model, keys, Optional.empty()));
    if (!hasAll(variables)) {
      // Blocks that names or shapes show are named by those, not by object paths.
      BlockStructure blocks = BlockFinder.find(model, keys);
      variables = named(ModelVariables.list(model, keys, Optional.of(blocks)));
    }
    if (!hasAll(variables)) {
      throw new EspalierException(
          "The variables of %s are not those that it was recognised by, so they cannot be trained; save it again from Python"
              .formatted(model.path()));
    }
    variables.values().forEach(variable -> checkStored(variable, stored));
    return variables;
  }

  private void checkStored(ModelVariable variable, Map<String, BundleEntry> stored) {
    BundleEntry entry = stored.get(variable.keys().get(0));
    if (entry == null
        || entry.dtype() != variable.dtype()
        || !entry.shape().equals(variable.shape())) {
      throw new EspalierException(
          "%s is damaged: variable '%s' is %s %s, its checkpoint holds %s; copy or export the model again"
              .formatted(
                  model.path(),
                  variable.name(),
                  variable.dtype(),
                  variable.shape(),
                  entry == null ? "none" : entry.dtype() + " " + entry.shape()));
    }
  }

  /** What is trained is chosen by parameter, so no parameter may go without its variable. */
  private boolean hasAll(Map<Integer, ModelVariable> variables) {
    Set<String> names =
        variables.values().stream().map(ModelVariable::name).collect(Collectors.toSet());
    return names.containsAll(spec.parametersByName().keySet());
  }

  private static Map<Integer, ModelVariable> named(List<GraphVariable> variables) {
    Map<Integer, ModelVariable> named = new LinkedHashMap<>();
    for (GraphVariable variable : variables) {
      named.put(
          variable.node(),
          new ModelVariable(
              variable.parameterName(),
              variable.type(),
              variable.shape().getDimList().stream().map(dim -> dim.getSize()).toList(),
              variable.keys()));
    }
    return named;
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
        emitted.graph(), handles, inputs(function, emitted), logits(emitted));
  }

  private Map<InputRole, String> inputs(String function, EmittedGraph emitted) {
    Map<String, String> placeholders = emitted.placeholders();
    Set<String> pictures = pictures(emitted);
    Map<InputRole, String> inputs = new EnumMap<>(InputRole.class);
    Map<String, String> unnamed = new TreeMap<>(placeholders);
    calling
        .inputs()
        .forEach(
            (role, argument) -> {
              String placeholder = unnamed.remove(argument);
              if (placeholder == null) {
                throw new EspalierException(
                    "Function '%s' of %s has no argument '%s'; it takes %s"
                        .formatted(function, model.path(), argument, placeholders.keySet()));
              }
              inputs.put(role, placeholder);
            });
    unnamed.forEach(
        (argument, placeholder) -> {
          InputRole role = InputRole.IMAGES;
          if (!pictures.contains(placeholder)) {
            role = placeholders.size() == 1 ? InputRole.TOKENS : role(argument);
          }
          if (inputs.putIfAbsent(role, placeholder) != null) {
            throw new EspalierException(
                "Function '%s' of %s takes %s, and it is not clear which of them are %s; say so with --input %s=NAME"
                    .formatted(
                        function, model.path(), placeholders.keySet(), role.label(), role.label()));
          }
        });
    if (!inputs.containsKey(InputRole.TOKENS) && !inputs.containsKey(InputRole.IMAGES)) {
      throw new EspalierException(
          "Function '%s' of %s takes %s, and none of them seems to be token ids or images; say which with --input tokens=NAME or --input images=NAME"
              .formatted(function, model.path(), placeholders.keySet()));
    }
    return inputs;
  }

  /** Images have four axes. */
  private static Set<String> pictures(EmittedGraph emitted) {
    return emitted.graph().getNodeList().stream()
        .filter(node -> node.getOp().equals("Placeholder"))
        .filter(
            node ->
                node.getAttrOrDefault("shape", AttrValue.getDefaultInstance())
                        .getShape()
                        .getDimCount()
                    == IMAGE_AXES)
        .map(NodeDef::getName)
        .collect(Collectors.toSet());
  }

  private static InputRole role(String argument) {
    String name = argument.toLowerCase(Locale.ROOT);
    if (name.contains("position")) {
      return InputRole.POSITIONS;
    }
    if (name.contains("mask")) {
      return InputRole.MASK;
    }
    return name.contains("type") || name.contains("segment")
        ? InputRole.SEGMENTS
        : InputRole.TOKENS;
  }

  private String logits(EmittedGraph emitted) {
    Map<String, String> outputs = emitted.outputs();
    String name = calling.logits().orElse("logits");
    if (outputs.containsKey(name)) {
      return outputs.get(name);
    }
    if (calling.logits().isPresent()) {
      throw new EspalierException(
          "%s gives no result '%s'; it gives %s".formatted(model.path(), name, outputs.keySet()));
    }
    return outputs.values().iterator().next();
  }
}
