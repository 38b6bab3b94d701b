package org.espalier.tf.family;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/**
 * The graph outside the functions: what TensorFlow Serving, the Java and C++ loaders and Python's
 * version 1 loader run.
 *
 * <p>It holds a handle of each variable, a placeholder for each input of the signature and calls of
 * the functions that do the work.
 */
final class LoaderGraph {
  /** The graph version of TensorFlow 2.18 and the oldest that can read it. */
  private static final int PRODUCER = 1994;

  private static final int MIN_CONSUMER = 12;
  private static final String TENSORFLOW_VERSION = "2.18.0";
  private static final String SIGNATURE_NAME = "serving_default";
  private static final String INIT = "NoOp";
  private static final String INIT_SIGNATURE = "__saved_model_init_op";
  private static final String INIT_COLLECTION = "saved_model_main_op";
  private static final String FILE_NAME = "saver_filename";
  private static final String OBJECT_GRAPH = "Const";
  private static final String CALL = "StatefulPartitionedCall";

  private final List<FamilyVariable> variables;
  private final MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
  private final GraphDef.Builder graph = meta.getGraphDefBuilder();
  private final ByteString objectGraph;

  /**
   * Starts with a handle of each variable.
   *
   * @param objectGraph the serialized object graph of the checkpoint
   */
  LoaderGraph(List<FamilyVariable> variables, ByteString objectGraph) {
    this.variables = variables;
    this.objectGraph = objectGraph;
    meta.getMetaInfoDefBuilder()
        .addTags("serve")
        .setTensorflowVersion(TENSORFLOW_VERSION)
        .setStrippedDefaultAttrs(true);
    graph.setVersions(VersionDef.newBuilder().setProducer(PRODUCER).setMinConsumer(MIN_CONSUMER));
    for (FamilyVariable variable : variables) {
      AttrValue type = Attributes.type(Types.of(variable.parameter().dtype()));
      node(
          variable.name(),
          "VarHandleOp",
          List.of(),
          Map.of(
              "dtype", type,
              "shape", Attributes.shape(Attributes.shapeOf(variable.parameter().shape())),
              "shared_name", Attributes.text(variable.name()),
              "debug_name", Attributes.text(variable.name() + "/")));
      node(
          variable.name() + "/Read/ReadVariableOp",
          "ReadVariableOp",
          List.of(variable.name()),
          Map.of("dtype", type));
    }
    node(INIT, "NoOp", List.of(), Map.of());
    meta.putCollectionDef(
        INIT_COLLECTION,
        CollectionDef.newBuilder()
            .setNodeList(CollectionDef.NodeList.newBuilder().addValue(INIT))
            .build());
    TensorShapeProto unknown = TensorShapeProto.newBuilder().setUnknownRank(true).build();
    meta.putSignatureDef(
        INIT_SIGNATURE,
        SignatureDef.newBuilder()
            .putOutputs(
                INIT_SIGNATURE,
                TensorInfo.newBuilder().setName(INIT).setTensorShape(unknown).build())
            .build());
  }

  private void node(
      String name, String op, List<String> inputs, Map<String, AttrValue> attributes) {
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp(op)
            .addAllInput(inputs)
            .putAllAttr(attributes)
            .build());
  }

  /** Adds the signature of a function. */
  LoaderGraph signature(String function, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    SignatureDef.Builder signature =
        SignatureDef.newBuilder().setMethodName("tensorflow/serving/predict");
    List<String> placeholders = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    for (TensorSpec input : inputs) {
      String placeholder = SIGNATURE_NAME + "_" + input.name();
      TensorShapeProto shape = Attributes.shapeOf(input.sizes());
      node(
          placeholder,
          "Placeholder",
          List.of(),
          Map.of("dtype", Attributes.type(input.type()), "shape", Attributes.shape(shape)));
      placeholders.add(placeholder);
      types.add(input.type());
      signature.putInputs(input.name(), info(placeholder, 0, input.type(), shape));
    }
    List<DataType> results = outputs.stream().map(TensorSpec::type).toList();
    call(CALL, function, placeholders, types, List.of(), results);
    for (int i = 0; i < outputs.size(); i++) {
      TensorSpec output = outputs.get(i);
      signature.putOutputs(
          output.name(), info(CALL, i, output.type(), Attributes.shapeOf(output.sizes())));
    }
    meta.putSignatureDef(SIGNATURE_NAME, signature.build());
    return this;
  }

  /** Adds the calls that save and restore the variables. */
  LoaderGraph saver(String save, String restore) {
    AttrValue text = Attributes.type(DataType.DT_STRING);
    node(
        OBJECT_GRAPH,
        "Const",
        List.of(),
        Map.of("dtype", text, "value", Attributes.tensor(Attributes.text(objectGraph))));
    AttrValue scalar = Attributes.shape(TensorShapeProto.getDefaultInstance());
    node(FILE_NAME, "Placeholder", List.of(), Map.of("dtype", text, "shape", scalar));
    List<DataType> strings = List.of(DataType.DT_STRING);
    call(CALL + "_1", save, List.of(FILE_NAME), strings, List.of(OBJECT_GRAPH), strings);
    call(CALL + "_2", restore, List.of(FILE_NAME), strings, List.of(), strings);
    meta.setSaverDef(
        SaverDef.newBuilder()
            .setFilenameTensorName(FILE_NAME + ":0")
            .setSaveTensorName(CALL + "_1:0")
            .setRestoreOpName(CALL + "_2")
            .setVersion(SaverDef.CheckpointFormatVersion.V2));
    return this;
  }

  /** Calls a function with {@code before}, the handles of all variables, and string tensors. */
  private void call(
      String name,
      String function,
      List<String> before,
      List<DataType> beforeTypes,
      List<String> stringsAfter,
      List<DataType> results) {
    List<String> inputs = new ArrayList<>(before);
    List<DataType> types = new ArrayList<>(beforeTypes);
    for (FamilyVariable variable : variables) {
      inputs.add(variable.name());
      types.add(DataType.DT_RESOURCE);
    }
    for (String string : stringsAfter) {
      inputs.add(string);
      types.add(DataType.DT_STRING);
    }
    node(
        name,
        "StatefulPartitionedCall",
        inputs,
        Map.of(
            "Tin", Attributes.types(types),
            "Tout", Attributes.types(results),
            "f", Attributes.function(function)));
  }

  private static TensorInfo info(String node, int output, DataType type, TensorShapeProto shape) {
    return TensorInfo.newBuilder()
        .setName(node + ":" + output)
        .setDtype(type)
        .setTensorShape(shape)
        .build();
  }

  MetaGraphDef.Builder build() {
    return meta;
  }
}
