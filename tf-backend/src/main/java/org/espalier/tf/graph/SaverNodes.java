package org.espalier.tf.graph;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The nodes by which a session saves and restores a model's variables.
 *
 * <p>Plain ops of the graph, without the functions and the recent ops that Python traces, so that
 * older runtimes read them too.
 */
final class SaverNodes {
  /**
   * A variable to save.
   *
   * @param handle the name of its handle
   * @param key its checkpoint entry
   * @param type its dtype
   */
  record Entry(String handle, String key, DataType type) {}

  private final String scope;
  private final List<NodeDef> nodes = new ArrayList<>();

  /**
   * Makes the nodes.
   *
   * @param scope a name that no other node starts with
   * @param checkpointGraph the value of the checkpoint's own object graph
   */
  SaverNodes(String scope, List<Entry> entries, ByteString checkpointGraph) {
    this.scope = scope;
    nodes.add(
        NodeDef.newBuilder()
            .setName(scope + "/filename")
            .setOp("Placeholder")
            .putAttr("dtype", Nodes.type(DataType.DT_STRING))
            .putAttr("shape", Nodes.shape(TensorShapeProto.getDefaultInstance()))
            .build());
    nodes.add(Nodes.strings(scope + "/object_graph", List.of(checkpointGraph), true));
    List<ByteString> names = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    for (Entry entry : entries) {
      names.add(ByteString.copyFromUtf8(entry.key()));
      types.add(entry.type());
    }
    addRestore(entries, List.copyOf(names), List.copyOf(types));
    names.add(ByteString.copyFromUtf8(CheckpointGraph.KEY));
    types.add(DataType.DT_STRING);
    addSave(entries, names, types);
  }

  List<NodeDef> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  SaverDef saverDef() {
    return SaverDef.newBuilder()
        .setFilenameTensorName(scope + "/filename:0")
        .setSaveTensorName(scope + "/saved:0")
        .setRestoreOpName(scope + "/restore_all")
        .setVersion(SaverDef.CheckpointFormatVersion.V2)
        .build();
  }

  private void addRestore(List<Entry> entries, List<ByteString> names, List<DataType> types) {
    NodeDef.Builder all = NodeDef.newBuilder().setName(scope + "/restore_all").setOp("NoOp");
    if (!entries.isEmpty()) {
      addNames("restore", names);
      nodes.add(
          NodeDef.newBuilder()
              .setName(scope + "/restore")
              .setOp("RestoreV2")
              .addInput(scope + "/filename")
              .addInput(scope + "/restore_names")
              .addInput(scope + "/restore_slices")
              .putAttr("dtypes", Nodes.types(types))
              .build());
    }
    for (int i = 0; i < entries.size(); i++) {
      String name = scope + "/assign_" + i;
      nodes.add(
          NodeDef.newBuilder()
              .setName(name)
              .setOp("AssignVariableOp")
              .addInput(entries.get(i).handle())
              .addInput(scope + "/restore:" + i)
              .putAttr("dtype", Nodes.type(entries.get(i).type()))
              .build());
      all.addInput("^" + name);
    }
    nodes.add(all.build());
  }

  private void addSave(List<Entry> entries, List<ByteString> names, List<DataType> types) {
    addNames("save", names);
    NodeDef.Builder save =
        NodeDef.newBuilder()
            .setName(scope + "/save")
            .setOp("SaveV2")
            .addInput(scope + "/filename")
            .addInput(scope + "/save_names")
            .addInput(scope + "/save_slices")
            .putAttr("dtypes", Nodes.types(types));
    for (int i = 0; i < entries.size(); i++) {
      String name = scope + "/read_" + i;
      nodes.add(
          NodeDef.newBuilder()
              .setName(name)
              .setOp("ReadVariableOp")
              .addInput(entries.get(i).handle())
              .putAttr("dtype", Nodes.type(entries.get(i).type()))
              .build());
      save.addInput(name);
    }
    nodes.add(save.addInput(scope + "/object_graph").build());
    nodes.add(
        NodeDef.newBuilder()
            .setName(scope + "/saved")
            .setOp("Identity")
            .addInput(scope + "/filename")
            .addInput("^" + scope + "/save")
            .putAttr("T", Nodes.type(DataType.DT_STRING))
            .build());
  }

  private void addNames(String kind, List<ByteString> names) {
    nodes.add(Nodes.strings(scope + "/" + kind + "_names", names, false));
    List<ByteString> slices = Collections.nCopies(names.size(), ByteString.EMPTY);
    nodes.add(Nodes.strings(scope + "/" + kind + "_slices", slices, false));
  }
}
