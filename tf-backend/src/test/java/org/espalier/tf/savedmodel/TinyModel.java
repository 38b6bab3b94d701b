package org.espalier.tf.savedmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.ResourceHandleProto;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedBareConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedUserObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/**
 * A model of residual blocks as protos: {@code x = x W_in}, then {@code x = x + relu(x W_t + b_t) *
 * mask} for each block, then {@code x W_out}.
 *
 * <p>Object paths are {@code in}, {@code encoder/layer/T/kernel}, {@code encoder/layer/T/bias} and
 * {@code out}. Function {@code serve} wraps {@code body}; a signature calls {@code serve}; each
 * layer has a function of its own, {@code layer_T}.
 */
public final class TinyModel {
  private final int blocks;
  private final List<SavedObject.Builder> objects = new ArrayList<>();
  private final Map<String, List<Integer>> bound = new TreeMap<>();
  private final List<FunctionDef> functions = new ArrayList<>();
  private final List<int[]> layers = new ArrayList<>();
  private int in;
  private int out;
  private String oddOp = "Relu";
  private boolean hiddenResult;
  private boolean headReadsFirst;
  private boolean training;

  /** A model of so many blocks. */
  public TinyModel(int blocks) {
    this.blocks = blocks;
  }

  /** Gives the last block another activation than the others. */
  public TinyModel oddLastBlock() {
    oddOp = "Tanh";
    return this;
  }

  /** Returns the result of the first block too. */
  public TinyModel hiddenResult() {
    hiddenResult = true;
    return this;
  }

  /** Adds the result of the first block to the last one's. */
  public TinyModel headReadsFirstBlock() {
    headReadsFirst = true;
    return this;
  }

  /** Adds a function that updates a variable of the first block. */
  public TinyModel training() {
    training = true;
    return this;
  }

  /** The checkpoint key of each variable, as TensorFlow would choose it. */
  public static Map<Integer, String> keys(SavedObjectGraph graph) {
    Map<Integer, String> keys = new TreeMap<>();
    ObjectPaths paths = new ObjectPaths(graph);
    paths
        .variables()
        .forEach(
            node -> keys.put(node, CheckpointGraph.keyOf(paths.canonicalPath(node).orElseThrow())));
    return keys;
  }

  /** Builds the content of {@code saved_model.pb}. */
  public SavedModel build() {
    int root = object("_generic_user_object");
    in = variable("in", 3, 4);
    int encoder = object("_generic_user_object");
    int list = object("trackable_list_wrapper");
    out = variable("out", 4, 2);
    child(root, "in", in);
    child(root, "encoder", encoder);
    child(root, "out", out);
    child(encoder, "layer", list);
    for (int t = 0; t < blocks; t++) {
      int layer = object("_generic_user_object");
      int kernel = variable("layer_" + t + "/kernel", 4, 4);
      int bias = variable("layer_" + t + "/bias", 4);
      layers.add(new int[] {layer, kernel, bias});
      child(list, Integer.toString(t), layer);
      child(layer, "kernel", kernel);
      child(layer, "bias", bias);
      addLayerFunction(t, layer, kernel, bias);
    }
    addBody();
    addServe(root);
    if (training) {
      addTraining(root);
    }
    return assemble();
  }

  private void addLayerFunction(int t, int layer, int kernel, int bias) {
    String name = "layer_" + t;
    FunctionDef.Builder function = function(name, "x", "mask");
    capture(function, "kernel", 4, 4);
    capture(function, "bias", 4);
    String result = block(function, "b", "x", "kernel", "bias", "Relu");
    result(function, "y", result);
    functions.add(function.build());
    bound.put(name, List.of(kernel, bias));
    int polymorphic = functionNode(name);
    child(layer, "call", polymorphic);
  }

  private void addBody() {
    FunctionDef.Builder function = function("body", "x", "mask");
    List<Integer> captures = new ArrayList<>();
    capture(function, "in", 3, 4);
    captures.add(in);
    for (int t = 0; t < blocks; t++) {
      capture(function, "kernel_" + t, 4, 4);
      capture(function, "bias_" + t, 4);
      captures.add(layers.get(t)[1]);
      captures.add(layers.get(t)[2]);
    }
    capture(function, "out", 4, 2);
    captures.add(out);
    function.addNodeDef(node("shift", "Neg", Map.of("T", f32()), "mask"));
    read(function, "read_in", "in");
    function.addNodeDef(node("embed", "MatMul", Map.of("T", f32()), "x", "read_in:value:0"));
    String x = "embed:product:0";
    String first = x;
    for (int t = 0; t < blocks; t++) {
      String op = t == blocks - 1 ? oddOp : "Relu";
      x = block(function, "block" + t, x, "kernel_" + t, "bias_" + t, op);
      first = t == 0 ? x : first;
    }
    if (headReadsFirst) {
      function.addNodeDef(node("mix", "AddV2", Map.of("T", f32()), x, first));
      x = "mix:z:0";
    }
    read(function, "read_out", "out");
    function.addNodeDef(node("head", "MatMul", Map.of("T", f32()), x, "read_out:value:0"));
    function.addNodeDef(node("done", "NoOp", Map.of(), "^read_in", "^block0/read"));
    function.addNodeDef(
        node("identity", "Identity", Map.of("T", f32()), "head:product:0", "^done"));
    result(function, "y", "identity:output:0");
    if (hiddenResult) {
      result(function, "hidden", first);
    }
    function.putControlRet("read_in", "read_in");
    function.getSignatureBuilder().addControlOutput("read_in");
    functions.add(function.build());
    bound.put("body", captures);
  }

  private void addServe(int root) {
    FunctionDef body = functions.get(functions.size() - 1);
    FunctionDef.Builder function = FunctionDef.newBuilder();
    function.getSignatureBuilder().setName("serve");
    NodeDef.Builder call =
        NodeDef.newBuilder()
            .setName("call")
            .setOp("StatefulPartitionedCall")
            .putAttr("f", calls("body"));
    AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
    for (OpDef.ArgDef argument : body.getSignature().getInputArgList()) {
      function.getSignatureBuilder().addInputArg(argument);
      call.addInput(argument.getName());
      types.addType(argument.getType());
    }
    call.putAttr("Tin", AttrValue.newBuilder().setList(types).build());
    call.putAttr("Tout", results(body));
    function.addNodeDef(call);
    for (int i = 0; i < body.getSignature().getOutputArgCount(); i++) {
      result(function, body.getSignature().getOutputArg(i).getName(), "call:output:" + i);
    }
    functions.add(function.build());
    bound.put("serve", bound.get("body"));
    child(root, "__call__", functionNode("body"));
    int signatures = object("signature_map");
    child(root, "signatures", signatures);
    int bare = objects.size();
    objects.add(
        SavedObject.newBuilder()
            .setBareConcreteFunction(
                SavedBareConcreteFunction.newBuilder().setConcreteFunctionName("serve")));
    child(signatures, "serving_default", bare);
  }

  private void addTraining(int root) {
    FunctionDef.Builder function = function("train", "x");
    capture(function, "bias", 4);
    function.addNodeDef(node("update", "AssignSubVariableOp", Map.of("dtype", f32()), "bias", "x"));
    function.addNodeDef(node("y", "Identity", Map.of("T", f32()), "x", "^update"));
    result(function, "y", "y:output:0");
    functions.add(function.build());
    bound.put("train", List.of(layers.get(0)[2]));
    child(root, "train", functionNode("train"));
  }

  private SavedModel assemble() {
    SavedObjectGraph.Builder graph = SavedObjectGraph.newBuilder();
    objects.forEach(graph::addNodes);
    bound.forEach(
        (name, captures) ->
            graph.putConcreteFunctions(
                name, SavedConcreteFunction.newBuilder().addAllBoundInputs(captures).build()));
    MetaGraphDef.Builder metaGraph = MetaGraphDef.newBuilder().setObjectGraphDef(graph);
    functions.forEach(metaGraph.getGraphDefBuilder().getLibraryBuilder()::addFunction);
    NodeDef.Builder call =
        NodeDef.newBuilder()
            .setName("call")
            .setOp("StatefulPartitionedCall")
            .putAttr("f", calls("serve"));
    AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
    for (String input : List.of("x", "mask")) {
      metaGraph
          .getGraphDefBuilder()
          .addNode(node("serve_" + input, "Placeholder", Map.of("dtype", f32())));
      call.addInput("serve_" + input);
      types.addType(DataType.DT_FLOAT);
    }
    for (int node : bound.get("serve")) {
      String handle = "handle_" + node;
      AttrValue shape =
          AttrValue.newBuilder().setShape(objects.get(node).getVariable().getShape()).build();
      metaGraph
          .getGraphDefBuilder()
          .addNode(node(handle, "VarHandleOp", Map.of("dtype", f32(), "shape", shape)));
      call.addInput(handle);
      types.addType(DataType.DT_RESOURCE);
    }
    call.putAttr("Tin", AttrValue.newBuilder().setList(types).build());
    call.putAttr("Tout", results(serve()));
    metaGraph.getGraphDefBuilder().addNode(call);
    metaGraph.putSignatureDef(
        "serving_default",
        SignatureDef.newBuilder()
            .putInputs("x", fed("serve_x:0"))
            .putInputs("mask", fed("serve_mask:0"))
            .putOutputs("y", TensorInfo.newBuilder().setName("call:0").build())
            .build());
    return SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(metaGraph).build();
  }

  private FunctionDef serve() {
    return functions.stream()
        .filter(function -> function.getSignature().getName().equals("serve"))
        .findFirst()
        .orElseThrow();
  }

  private static AttrValue results(FunctionDef function) {
    AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
    function.getSignature().getOutputArgList().forEach(result -> types.addType(result.getType()));
    return AttrValue.newBuilder().setList(types).build();
  }

  private static TensorInfo fed(String tensor) {
    return TensorInfo.newBuilder().setName(tensor).setDtype(DataType.DT_FLOAT).build();
  }

  /** A block of four nodes, one of which is a constant of its own. */
  private static String block(
      FunctionDef.Builder function, String scope, String x, String kernel, String bias, String op) {
    read(function, scope + "/read", kernel);
    read(function, scope + "/read_bias", bias);
    function.addNodeDef(
        node(scope + "/matmul", "MatMul", Map.of("T", f32()), x, scope + "/read:value:0"));
    function.addNodeDef(
        node(
            scope + "/add",
            "BiasAdd",
            Map.of("T", f32()),
            scope + "/matmul:product:0",
            scope + "/read_bias:value:0"));
    function.addNodeDef(node(scope + "/act", op, Map.of("T", f32()), scope + "/add:output:0"));
    function.addNodeDef(
        node(scope + "/mul", "Mul", Map.of("T", f32()), scope + "/act:" + activation(op), "mask"));
    function.addNodeDef(
        node(scope + "/residual", "AddV2", Map.of("T", f32()), x, scope + "/mul:z:0"));
    return scope + "/residual:z:0";
  }

  private static String activation(String op) {
    return op.equals("Relu") ? "activations:0" : "y:0";
  }

  private static void read(FunctionDef.Builder function, String name, String handle) {
    function.addNodeDef(node(name, "ReadVariableOp", Map.of("dtype", f32()), handle));
  }

  private static FunctionDef.Builder function(String name, String... arguments) {
    FunctionDef.Builder function = FunctionDef.newBuilder();
    function.getSignatureBuilder().setName(name);
    for (String argument : arguments) {
      function
          .getSignatureBuilder()
          .addInputArg(OpDef.ArgDef.newBuilder().setName(argument).setType(DataType.DT_FLOAT));
    }
    return function;
  }

  private static void capture(FunctionDef.Builder function, String name, int... shape) {
    function
        .getSignatureBuilder()
        .addInputArg(
            OpDef.ArgDef.newBuilder()
                .setName(name)
                .setType(DataType.DT_RESOURCE)
                .addHandleData(
                    ResourceHandleProto.DtypeAndShape.newBuilder()
                        .setDtype(DataType.DT_FLOAT)
                        .setShape(shape(shape))));
  }

  private static void result(FunctionDef.Builder function, String name, String tensor) {
    function
        .getSignatureBuilder()
        .addOutputArg(OpDef.ArgDef.newBuilder().setName(name).setType(DataType.DT_FLOAT));
    function.putRet(name, tensor);
  }

  /** A node with inputs as a function writes them. */
  public static NodeDef node(
      String name, String op, Map<String, AttrValue> attrs, String... inputs) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp(op)
        .putAllAttr(attrs)
        .addAllInput(List.of(inputs))
        .build();
  }

  /** An attribute that names a function. */
  public static AttrValue calls(String function) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(function)).build();
  }

  private static AttrValue f32() {
    return AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
  }

  private int object(String identifier) {
    objects.add(
        SavedObject.newBuilder()
            .setUserObject(SavedUserObject.newBuilder().setIdentifier(identifier)));
    return objects.size() - 1;
  }

  private int functionNode(String function) {
    objects.add(
        SavedObject.newBuilder()
            .setFunction(SavedFunction.newBuilder().addConcreteFunctions(function)));
    return objects.size() - 1;
  }

  private int variable(String name, int... shape) {
    objects.add(
        SavedObject.newBuilder()
            .setVariable(
                SavedVariable.newBuilder()
                    .setName(name)
                    .setDtype(DataType.DT_FLOAT)
                    .setTrainable(true)
                    .setShape(shape(shape))));
    return objects.size() - 1;
  }

  private void child(int parent, String name, int node) {
    objects
        .get(parent)
        .addChildren(ObjectReference.newBuilder().setLocalName(name).setNodeId(node));
  }

  private static TensorShapeProto shape(int... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }
}
