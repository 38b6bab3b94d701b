package org.espalier.tf.family;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.TensorProto;

/**
 * The functions with which loaders without an object graph restore and save the variables.
 *
 * <p>As TensorFlow's Python code traces them, without {@code DisableCopyOnRead}, which older
 * runtimes lack.
 */
final class SaveFunctions {
  private final List<FamilyVariable> variables;
  private final Handles arguments;

  SaveFunctions(List<FamilyVariable> variables, Handles arguments) {
    this.variables = variables;
    this.arguments = arguments;
  }

  /** Returns the function (file prefix, handles, object graph) → file prefix. */
  FunctionDef save(String name) {
    FunctionBody body = new FunctionBody(name, arguments);
    Value prefix = body.argument("file_prefix", DataType.DT_STRING, List.of());
    List<Value> handles = variables.stream().map(body::variable).toList();
    Value objectGraph = body.argument("object_graph", DataType.DT_STRING, List.of());

    Map<String, AttrValue> strings = Map.of("T", Attributes.type(DataType.DT_STRING));
    body.node(
        "StaticRegexFullMatch",
        "StaticRegexFullMatch",
        List.of(prefix.reference()),
        Map.of("pattern", Attributes.text("^s3://.*")));
    constant(body, "Const", Attributes.text(ByteString.copyFromUtf8(".part")));
    constant(body, "Const_1", Attributes.text(ByteString.copyFromUtf8("_temp/part")));
    body.node(
        "Select",
        "Select",
        List.of("StaticRegexFullMatch:output:0", "Const:output:0", "Const_1:output:0"),
        strings);
    body.node(
        "StringJoin",
        "StringJoin",
        List.of(prefix.reference(), "Select:output:0"),
        Map.of("N", Attributes.integer(2)));
    constant(body, "num_shards", Attributes.scalar(1));
    constant(body, "ShardedFilename/shard", Attributes.scalar(0));
    body.node(
        "ShardedFilename",
        "ShardedFilename",
        List.of("StringJoin:output:0", "ShardedFilename/shard:output:0", "num_shards:output:0"),
        Map.of());
    constant(body, "SaveV2/tensor_names", Attributes.texts(keys()));
    constant(body, "SaveV2/shape_and_slices", Attributes.texts(wholes()));

    List<String> inputs =
        new ArrayList<>(
            List.of(
                "ShardedFilename:filename:0",
                "SaveV2/tensor_names:output:0",
                "SaveV2/shape_and_slices:output:0"));
    for (int i = 0; i < variables.size(); i++) {
      String read = numbered("Read", i) + "/ReadVariableOp";
      body.node(
          read, "ReadVariableOp", List.of(handles.get(i).reference()), Map.of("dtype", type(i)));
      inputs.add(read + ":value:0");
    }
    inputs.add(objectGraph.reference());
    body.node("SaveV2", "SaveV2", inputs, Map.of("dtypes", Attributes.types(types())));
    body.node(
        "MergeV2Checkpoints/checkpoint_prefixes",
        "Pack",
        List.of("ShardedFilename:filename:0", "^SaveV2"),
        ImmutableMap.of("N", Attributes.integer(1), "T", Attributes.type(DataType.DT_STRING)));
    body.node(
        "MergeV2Checkpoints",
        "MergeV2Checkpoints",
        List.of("MergeV2Checkpoints/checkpoint_prefixes:output:0", prefix.reference()),
        Map.of());
    body.node("Identity", "Identity", List.of(prefix.reference(), "^MergeV2Checkpoints"), strings);
    return body.returning(
        Map.of("identity", new Value("Identity:output:0", DataType.DT_STRING, List.of())));
  }

  /** Returns the function (file prefix, handles) → file prefix. */
  FunctionDef restore(String name) {
    FunctionBody body = new FunctionBody(name, arguments);
    Value prefix = body.argument("file_prefix", DataType.DT_STRING, List.of());
    List<Value> handles = variables.stream().map(body::variable).toList();
    constant(body, "RestoreV2/tensor_names", Attributes.texts(keys()));
    constant(body, "RestoreV2/shape_and_slices", Attributes.texts(wholes()));
    body.node(
        "RestoreV2",
        "RestoreV2",
        List.of(
            prefix.reference(),
            "RestoreV2/tensor_names:output:0",
            "RestoreV2/shape_and_slices:output:0"),
        Map.of("dtypes", Attributes.types(types())));
    List<String> inputs = new ArrayList<>(List.of(prefix.reference()));
    for (int i = 0; i < variables.size(); i++) {
      String assign = numbered("AssignVariableOp", i);
      body.node(
          assign,
          "AssignVariableOp",
          List.of(handles.get(i).reference(), "RestoreV2:tensors:" + i),
          Map.of("dtype", type(i)));
      inputs.add("^" + assign);
    }
    body.node("Identity", "Identity", inputs, Map.of("T", Attributes.type(DataType.DT_STRING)));
    return body.returning(
        Map.of("identity", new Value("Identity:output:0", DataType.DT_STRING, List.of())));
  }

  private static void constant(FunctionBody body, String name, TensorProto value) {
    body.node(
        name,
        "Const",
        List.of(),
        Map.of("dtype", Attributes.type(value.getDtype()), "value", Attributes.tensor(value)));
  }

  private static String numbered(String name, int index) {
    return index == 0 ? name : name + "_" + index;
  }

  private AttrValue type(int index) {
    return Attributes.type(Types.of(variables.get(index).parameter().dtype()));
  }

  private List<DataType> types() {
    List<DataType> types = new ArrayList<>();
    variables.forEach(variable -> types.add(Types.of(variable.parameter().dtype())));
    types.add(DataType.DT_STRING);
    return types;
  }

  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    variables.forEach(variable -> keys.add(variable.checkpointKey()));
    keys.add(CheckpointGraph.KEY);
    return keys;
  }

  /** Tensors are stored whole, so the slice of each is empty. */
  private List<String> wholes() {
    return Collections.nCopies(variables.size() + 1, "");
  }
}
