package org.espalier.it.mutants;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedAsset;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/** Gives a model a look-up table that TensorFlow fills from an asset when it loads the model. */
final class WordTable {
  private WordTable() {}

  static void addTo(SavedModelFiles files) throws IOException {
    Files.writeString(files.directory().resolve("assets/words.txt"), "to\ngrow\na\ntree\n");
    SavedModel.Builder proto = files.savedModel().toBuilder();
    MetaGraphDef.Builder meta = proto.getMetaGraphsBuilder(0);
    meta.addAssetFileDefBuilder()
        .setFilename("words.txt")
        .getTensorInfoBuilder()
        .setName("asset_path:0");
    addNodes(meta.getGraphDefBuilder());
    String init = initializer(meta).orElseThrow();
    for (NodeDef.Builder node : meta.getGraphDefBuilder().getNodeBuilderList()) {
      if (node.getName().equals(init)) {
        node.addInput("^fill_table");
      }
    }
    SavedObjectGraph.Builder objects = meta.getObjectGraphDefBuilder();
    int added = objects.getNodesCount();
    ObjectReference child =
        ObjectReference.newBuilder().setNodeId(added).setLocalName("words_file").build();
    objects.addNodesBuilder().setAsset(SavedAsset.getDefaultInstance());
    objects.getNodesBuilder(0).addChildren(child);
    TrackableObjectGraph.Builder trackables = files.checkpointGraph().toBuilder();
    while (trackables.getNodesCount() <= added) {
      trackables.addNodes(TrackableObject.getDefaultInstance());
    }
    trackables.getNodesBuilder(0).addChildren(child);
    files.write(proto.build());
    files.write(trackables.build());
  }

  private static Optional<String> initializer(MetaGraphDef.Builder meta) {
    return Optional.ofNullable(meta.getSignatureDefMap().get("__saved_model_init_op"))
        .map(signature -> signature.getOutputsMap().values().iterator().next().getName());
  }

  private static void addNodes(GraphDef.Builder graph) {
    TensorProto path =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(TensorShapeProto.getDefaultInstance())
            .addStringVal(ByteString.copyFromUtf8("assets/words.txt"))
            .build();
    List<NodeDef> nodes = new ArrayList<>(graph.getNodeList());
    nodes.add(
        0,
        NodeDef.newBuilder()
            .setName("asset_path")
            .setOp("Const")
            .putAttr("dtype", type(DataType.DT_STRING))
            .putAttr("value", AttrValue.newBuilder().setTensor(path).build())
            .build());
    nodes.add(
        1,
        NodeDef.newBuilder()
            .setName("table")
            .setOp("HashTableV2")
            .putAttr("key_dtype", type(DataType.DT_STRING))
            .putAttr("value_dtype", type(DataType.DT_INT64))
            .putAttr(
                "shared_name",
                AttrValue.newBuilder().setS(ByteString.copyFromUtf8("words")).build())
            .build());
    nodes.add(
        2,
        NodeDef.newBuilder()
            .setName("fill_table")
            .setOp("InitializeTableFromTextFileV2")
            .addInput("table")
            .addInput("asset_path")
            .putAttr("key_index", AttrValue.newBuilder().setI(-2).build())
            .putAttr("value_index", AttrValue.newBuilder().setI(-1).build())
            .build());
    graph.clearNode().addAllNode(nodes);
  }

  private static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }
}
