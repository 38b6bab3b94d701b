package org.espalier.tf.family;

import static org.espalier.tf.family.Attributes.DYNAMIC;

import java.util.ArrayList;
import java.util.HashMap;
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
  private static final String LOGITS = "logits";
  private static final List<Long> ID_SIZES = List.of(DYNAMIC, DYNAMIC);

  private final FamilyOptions options;
  private final List<FamilyVariable> variables;
  private final FamilyBody body;
  private final DataType type;
  private final ObjectTree tree = new ObjectTree();

  SavedModelAssembly(FamilyOptions options, List<FamilyVariable> variables) {
    this.options = options;
    this.variables = variables;
    this.body = FamilyBody.of(options.family());
    this.type = Types.of(options.dtype());
    variables.forEach(tree::add);
    tree.addList("variables", variables);
    tree.addList("trainable_variables", variables);
    addFunctions();
  }

  SavedModel savedModel() {
    MetaGraphDef.Builder meta =
        new LoaderGraph(variables, checkpointGraph().toByteString())
            .signature(SIGNATURE, signatureArguments(), LOGITS, type, logitsSizes())
            .saver(SAVE, RESTORE)
            .build();
    meta.getGraphDefBuilder()
        .getLibraryBuilder()
        .addFunction(forward(INFERENCE, false))
        .addFunction(forward(TRAINING, true))
        .addFunction(signatureWrapper())
        .addFunction(new SaveFunctions(variables).save(SAVE))
        .addFunction(new SaveFunctions(variables).restore(RESTORE));
    meta.setObjectGraphDef(objectGraph());
    return SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta).build();
  }

  TrackableObjectGraph checkpointGraph() {
    return tree.checkpointGraph();
  }

  private List<Long> logitsSizes() {
    return List.of(DYNAMIC, DYNAMIC, (long) options.sizes().vocabulary());
  }

  private FunctionDef forward(String name, boolean training) {
    FunctionBody function = new FunctionBody(name);
    List<Value> inputs = inputs(function);
    Map<String, Value> handles = new HashMap<>();
    variables.forEach(variable -> handles.put(variable.path(), function.variable(variable)));
    Scope scope = new Scope(function, type);
    Value logits = body.build(scope, new Layers(options, training, handles), inputs);
    return function.returning(LOGITS, scope.identity("Identity", logits));
  }

  private FunctionDef signatureWrapper() {
    FunctionBody function = new FunctionBody(SIGNATURE);
    Map<String, Value> byName = new HashMap<>();
    signatureArguments().forEach(name -> byName.put(name, input(function, name)));
    List<Value> arguments = new ArrayList<>();
    body.arguments().forEach(name -> arguments.add(byName.get(name)));
    variables.forEach(variable -> arguments.add(function.variable(variable)));
    Scope scope = new Scope(function, type);
    Value logits = scope.call("StatefulPartitionedCall", INFERENCE, arguments, logitsSizes());
    return function.returning(LOGITS, scope.identity("Identity", logits));
  }

  private List<Value> inputs(FunctionBody function) {
    return body.arguments().stream().map(name -> input(function, name)).toList();
  }

  private static Value input(FunctionBody function, String name) {
    return function.argument(name, FamilyBody.ID_TYPE, ID_SIZES);
  }

  /** The arguments of a signature, in the order in which Python flattens a dictionary. */
  private List<String> signatureArguments() {
    return body.arguments().stream().sorted().toList();
  }

  private void addFunctions() {
    List<String> arguments = new ArrayList<>(body.arguments());
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
                    .addAllArgumentKeywords(signatureArguments())
                    // Keras's TFSMLayer passes its input by position. No more than one, since
                    // their order is not that of the function.
                    .setAllowedPositionalArguments(1)
                    .setFunctionSpec(
                        Structures.function(List.of(), List.of(), signatureArguments()))));
  }

  private SavedObjectGraph objectGraph() {
    List<StructuredValue> inputs =
        body.arguments().stream()
            .map(name -> Structures.tensor(name, FamilyBody.ID_TYPE, ID_SIZES))
            .toList();
    StructuredValue logits = Structures.tensor(LOGITS, type, logitsSizes());
    StructuredValue noKeywords = Structures.dictionary(List.of(), List.of());
    SavedObjectGraph.Builder graph = SavedObjectGraph.newBuilder().addAllNodes(tree.objects());
    for (boolean training : new boolean[] {false, true}) {
      List<StructuredValue> positional = new ArrayList<>(inputs);
      positional.add(Structures.truth(training));
      graph.putConcreteFunctions(
          training ? TRAINING : INFERENCE,
          concrete(Structures.call(Structures.tuple(positional), noKeywords), logits));
    }
    graph.putConcreteFunctions(
        SIGNATURE,
        concrete(
            Structures.call(
                Structures.tuple(List.of()), Structures.dictionary(body.arguments(), inputs)),
            Structures.dictionary(List.of(LOGITS), List.of(logits))));
    return graph.build();
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
