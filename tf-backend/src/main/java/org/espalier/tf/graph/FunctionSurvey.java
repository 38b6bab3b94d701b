package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.FunctionCalls;
import org.espalier.tf.savedmodel.ObjectPaths;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;

/** Flattens every concrete function that the object graph records, and finds those that train. */
final class FunctionSurvey {
  /** Attribute that TensorFlow gives the function that computes another one's gradient. */
  private static final String BACKWARD_OF = "forward_function_name";

  private static final Set<String> WRITES =
      Set.of(
          "AssignVariableOp",
          "AssignAddVariableOp",
          "AssignSubVariableOp",
          "ResourceStridedSliceAssign");

  /** A part of an object path that is private, unlike {@code __call__}. */
  private static final Pattern PRIVATE = Pattern.compile("(^|/)(_(?!_)|keras_api/)");

  private final SavedModelDirectory model;
  private final ObjectPaths paths;
  private final FunctionCalls calls;
  private final Map<String, SurveyedFunction> functions = new TreeMap<>();
  private final Map<CutKey, BlockCut> cuts = new HashMap<>();

  private record CutKey(String function, BlockStructure structure) {}

  FunctionSurvey(SavedModelDirectory model) {
    this.model = model;
    this.paths = new ObjectPaths(model.objects());
    this.calls = new FunctionCalls(model.functions());
    Flattener flattener = new Flattener(model);
    for (String name : model.objects().getConcreteFunctionsMap().keySet()) {
      FlatGraph flat = flattener.flatten(name);
      functions.put(name, new SurveyedFunction(name, flat, dropReason(name, flat)));
    }
  }

  SavedModelDirectory model() {
    return model;
  }

  FunctionCalls calls() {
    return calls;
  }

  /** All recorded functions by name. */
  Map<String, SurveyedFunction> functions() {
    return Collections.unmodifiableMap(functions);
  }

  /**
   * The flat graph of a function, cut into blocks; each is cut once.
   *
   * @throws EspalierException when its blocks cannot be told apart or differ, saying where
   */
  BlockCut cut(SurveyedFunction function, BlockStructure structure) {
    return cuts.computeIfAbsent(
        new CutKey(function.name(), structure),
        absent -> {
          BlockCut cut = BlockCutter.cut(function.flat(), structure);
          // Refuses what could not follow, whatever number of blocks is asked for.
          ResultSignature.of(
              model.objects().getConcreteFunctionsOrThrow(function.name()).getOutputSignature(),
              cut,
              structure.blocks() + 1);
          return cut;
        });
  }

  /**
   * Returns why a function that nobody calls by a public name cannot follow a change of depth;
   * empty if it can.
   *
   * @throws EspalierException if a function that has a public name cannot follow
   */
  Optional<String> obstacle(SurveyedFunction function, BlockStructure structure) {
    try {
      cut(function, structure);
      return Optional.empty();
    } catch (EspalierException e) {
      if (isPublic(function.name())) {
        throw e;
      }
      return Optional.of(e.getMessage());
    }
  }

  /** Exporters keep functions for themselves under names that start with an underscore. */
  private boolean isPublic(String function) {
    for (int node = 0; node < model.objects().getNodesCount(); node++) {
      SavedObject object = model.objects().getNodes(node);
      boolean names =
          object.getFunction().getConcreteFunctionsList().contains(function)
              || object.getBareConcreteFunction().getConcreteFunctionName().equals(function);
      if (names && paths.path(node).stream().anyMatch(path -> !PRIVATE.matcher(path).find())) {
        return true;
      }
    }
    return false;
  }

  /** The variables that functions capture which do not train, in order of first capture. */
  Set<Integer> capturedVariables() {
    List<SurveyedFunction> kept = new ArrayList<>();
    for (SurveyedFunction function : functions.values()) {
      if (function.dropReason().isEmpty()) {
        kept.add(function);
      }
    }
    kept.sort((a, b) -> Integer.compare(b.captures().size(), a.captures().size()));
    Set<Integer> variables = new LinkedHashSet<>();
    for (SurveyedFunction function : kept) {
      for (int node : function.captures()) {
        if (model.objects().getNodes(node).hasVariable()) {
          variables.add(node);
        }
      }
    }
    return variables;
  }

  private Optional<String> dropReason(String name, FlatGraph flat) {
    for (String callee : calls.reachable(List.of(name))) {
      FunctionDef function = model.functions().get(callee);
      if (function.containsAttr(BACKWARD_OF)) {
        return Optional.of("it holds a backward pass ('" + callee + "')");
      }
    }
    Map<String, SavedObject> variables = new HashMap<>();
    for (FlatArgument argument : flat.arguments()) {
      argument
          .capture()
          .ifPresent(node -> variables.put(argument.name(), model.objects().getNodes(node)));
    }
    for (FlatNode node : flat.nodes().values()) {
      for (TensorRef input : node.inputs()) {
        SavedObject variable = input.isArgument() ? variables.get(input.node()) : null;
        if (variable != null && variable.getVariable().getTrainable() && writes(node)) {
          return Optional.of(
              "it updates the trainable variable '" + variable.getVariable().getName() + "'");
        }
      }
    }
    return Optional.empty();
  }

  private boolean writes(FlatNode node) {
    if (writes(node.op())) {
      return true;
    }
    if (node.attrs().values().stream().noneMatch(FunctionSurvey::mayCall)
        && !model.functions().containsKey(node.op())) {
      return false;
    }
    NodeDef asProto = NodeDef.newBuilder().setOp(node.op()).putAllAttr(node.attrs()).build();
    for (String callee : calls.reachable(calls.calleesOf(List.of(asProto)))) {
      for (NodeDef inner : model.functions().get(callee).getNodeDefList()) {
        if (writes(inner.getOp())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean mayCall(AttrValue attr) {
    return attr.hasFunc() || attr.hasList();
  }

  private static boolean writes(String op) {
    return WRITES.contains(op)
        || op.startsWith("ResourceApply")
        || op.startsWith("ResourceSparseApply")
        || op.startsWith("ResourceScatter");
  }
}
