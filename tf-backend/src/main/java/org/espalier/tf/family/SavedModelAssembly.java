package org.espalier.tf.family;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.FunctionSpec;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedBareConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/** Puts functions, objects and the graph for older loaders together into one SavedModel. */
final class SavedModelAssembly {
  private static final String INFERENCE = "__inference___call___0";
  private static final String TRAINING = "__inference___call___1";
  private static final String SIGNATURE = "__inference_signature_wrapper_serving_default_2";
  private static final String SAVE = "__inference__traced_save_3";
  private static final String RESTORE = "__inference__traced_restore_4";

  private final FamilyOptions options;
  private final List<FamilyVariable> variables;
  private final FamilyBody body;
  private final DataType type;
  private final ObjectTree tree = new ObjectTree();
  private final Handles handles = new Handles();
  private final TrackableObjectGraph checkpointGraph;

  SavedModelAssembly(FamilyOptions options, List<FamilyVariable> variables) {
    this.options = options;
    this.variables = variables;
    this.body = FamilyBody.of(options);
    this.type = Types.of(options.dtype());
    variables.forEach(tree::add);
    tree.addList("variables", variables);
    tree.addList("trainable_variables", variables);
    addFunctions();
    this.checkpointGraph = tree.checkpointGraph();
  }

  SavedModel savedModel() {
    MetaGraphDef.Builder meta =
        new LoaderGraph(variables, checkpointGraph.toByteString())
            .signature(SIGNATURE, signatureArguments(), body.outputs())
            .saver(SAVE, RESTORE)
            .build();
    meta.getGraphDefBuilder()
        .getLibraryBuilder()
        .addFunction(forward(INFERENCE, false))
        .addFunction(forward(TRAINING, true))
        .addFunction(signatureWrapper())
        .addFunction(new SaveFunctions(variables, handles).save(SAVE))
        .addFunction(new SaveFunctions(variables, handles).restore(RESTORE));
    meta.setObjectGraphDef(objectGraph());
    return SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta).build();
  }

  TrackableObjectGraph checkpointGraph() {
    return checkpointGraph;
  }

  private FunctionDef forward(String name, boolean training) {
    FunctionBody function = new FunctionBody(name, handles);
    List<Value> inputs = inputs(function);
    Map<String, Value> handles = new HashMap<>();
    variables.forEach(variable -> handles.put(variable.path(), function.variable(variable)));
    Scope scope = new Scope(function, type);
    Layers layers = new Layers(options, training, handles);
    return returning(function, scope, body.build(scope, layers, inputs));
  }

  private FunctionDef signatureWrapper() {
    FunctionBody function = new FunctionBody(SIGNATURE, handles);
    Map<String, Value> byName = new HashMap<>();
    signatureArguments().forEach(spec -> byName.put(spec.name(), input(function, spec)));
    List<Value> arguments = new ArrayList<>();
    body.arguments().forEach(spec -> arguments.add(byName.get(spec.name())));
    variables.forEach(variable -> arguments.add(function.variable(variable)));
    Scope scope = new Scope(function, type);
    List<Value> results =
        scope.call("StatefulPartitionedCall", INFERENCE, arguments, body.outputs());
    return returning(function, scope, results);
  }

  private FunctionDef returning(FunctionBody function, Scope scope, List<Value> values) {
    Map<String, Value> results = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      String name = i == 0 ? "Identity" : "Identity_" + i;
      results.put(body.outputs().get(i).name(), scope.identity(name, values.get(i)));
    }
    return function.returning(results);
  }

  private List<Value> inputs(FunctionBody function) {
    return body.arguments().stream().map(spec -> input(function, spec)).toList();
  }

  private static Value input(FunctionBody function, TensorSpec spec) {
    return function.argument(spec.name(), spec.type(), spec.sizes());
  }

  /** The arguments of a signature, in the order in which Python flattens a dictionary. */
  private List<TensorSpec> signatureArguments() {
    return body.arguments().stream().sorted(Comparator.comparing(TensorSpec::name)).toList();
  }

  private static List<String> names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::name).toList();
  }

  private void addFunctions() {
    List<String> arguments = new ArrayList<>(names(body.arguments()));
    arguments.add("training");
    FunctionSpec spec = Structures.function(arguments, List.of(Structures.truth(false)), List.of());
    tree.add(
        "__call__",
        SavedObject.newBuilder()
            .setFunction(
                SavedFunction.newBuilder()
                    .addConcreteFunctions(INFERENCE)
                    .addConcreteFunctions(TRAINING)
                    .setFunctionSpec(spec)));
    tree.addSignatures("signatures");
    tree.add(
        "signatures/serving_default",
        SavedObject.newBuilder()
            .setBareConcreteFunction(
                SavedBareConcreteFunction.newBuilder()
                    .setConcreteFunctionName(SIGNATURE)
                    .addAllArgumentKeywords(names(signatureArguments()))
                    // Keras's TFSMLayer passes its input by position. No more than one, since
                    // their order is not that of the function.
                    .setAllowedPositionalArguments(1)
                    .setFunctionSpec(
                        Structures.function(List.of(), List.of(), names(signatureArguments())))));
  }

  private SavedObjectGraph objectGraph() {
    List<StructuredValue> inputs = structures(body.arguments());
    List<StructuredValue> outputs = structures(body.outputs());
    StructuredValue byName = Structures.dictionary(names(body.outputs()), outputs);
    StructuredValue noKeywords = Structures.dictionary(List.of(), List.of());
    SavedObjectGraph.Builder graph = SavedObjectGraph.newBuilder().addAllNodes(tree.objects());
    for (boolean training : new boolean[] {false, true}) {
      List<StructuredValue> positional = new ArrayList<>(inputs);
      positional.add(Structures.truth(training));
      graph.putConcreteFunctions(
          training ? TRAINING : INFERENCE,
          concrete(
              Structures.call(Structures.tuple(positional), noKeywords),
              outputs.size() == 1 ? outputs.get(0) : byName));
    }
    graph.putConcreteFunctions(
        SIGNATURE,
        concrete(
            Structures.call(
                Structures.tuple(List.of()),
                Structures.dictionary(names(body.arguments()), inputs)),
            byName));
    return graph.build();
  }

  private static List<StructuredValue> structures(List<TensorSpec> specs) {
    return specs.stream()
        .map(spec -> Structures.tensor(spec.name(), spec.type(), spec.sizes()))
        .toList();
  }

  private SavedConcreteFunction concrete(StructuredValue input, StructuredValue output) {
    SavedConcreteFunction.Builder function =
        SavedConcreteFunction.newBuilder()
            .setCanonicalizedInputSignature(input)
            .setOutputSignature(output);
    variables.forEach(variable -> function.addBoundInputs(tree.id(variable.path())));
    return function.build();
  }
}
