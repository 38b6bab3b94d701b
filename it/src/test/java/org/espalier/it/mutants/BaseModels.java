package org.espalier.it.mutants;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.espalier.api.ModelRequest;
import org.espalier.api.Parameter;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.espalier.tf.savedmodel.MaskFile;
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

/** The small models that mutants are made from, each valid in another way. */
final class BaseModels {
  static final String PLAIN = "gpt";
  static final String IMAGES = "vit";

  /** Without Espalier's record, but recognised. */
  static final String RESAVED = "resaved-gpt";

  /** A look-up table, which TensorFlow fills from an asset when it loads the model. */
  static final String WITH_TABLE = "bert-table";

  static final String SPARSE = "sparse-gpt";

  /** Made elsewhere, as far as Espalier can tell: only its structure is known. */
  static final String STRANGER = "stranger-bert";

  static final List<String> NAMES =
      List.of(PLAIN, WITH_TABLE, STRANGER, IMAGES, SPARSE, RESAVED);
  static final List<String> WITH_RECORD = List.of(PLAIN, WITH_TABLE, IMAGES, SPARSE);

  private BaseModels() {}

  /** Writes all of them below {@code folder}, by name. */
  static void write(Path folder) throws IOException {
    init("gpt", folder.resolve(PLAIN));
    init("vit", folder.resolve(IMAGES));
    ModelFiles plain = new ModelFiles(folder.resolve(PLAIN));
    Files.delete(plain.copy(folder.resolve(RESAVED)).record());
    addMasks(plain.copy(folder.resolve(SPARSE)));
    init("bert", folder.resolve(WITH_TABLE));
    ModelFiles bert = new ModelFiles(folder.resolve(WITH_TABLE));
    rename(bert.copy(folder.resolve(STRANGER)));
    addTable(bert);
  }

  private static void init(String family, Path out) {
    Map<String, String> sizes = new TreeMap<>(Map.of("blocks", "2", "residual", "8", "heads", "2"));
    if (family.equals("vit")) {
      sizes.putAll(Map.of("image", "8", "patch", "4", "channels", "1", "classes", "3"));
    } else {
      sizes.putAll(Map.of("vocabulary", "32", "positions", "8"));
    }
    Espalier.init(new ModelRequest(family, sizes), 7, out);
  }

  private static void addMasks(ModelFiles files) throws IOException {
    Map<String, Mask> masks = new HashMap<>();
    try (Model model = Espalier.open(files.directory())) {
      for (Parameter parameter : model.spec().parameters()) {
        if (parameter.name().endsWith("ffn/input/kernel")) {
          long rows = parameter.shape().get(0);
          long columns = parameter.shape().get(1);
          // All in use: the weights that a mask forbids would have to be zero.
          masks.put(
              parameter.name(), Mask.of(new MaskSpec(rows, columns, 4, 0), block -> true));
        }
      }
    }
    MaskFile.write(files.masks(), masks);
  }

  /** Gives the embeddings a name that no family of ours has. */
  private static void rename(ModelFiles files) throws IOException {
    SavedModel.Builder proto = files.savedModel().toBuilder();
    SavedObjectGraph.Builder objects =
        proto.getMetaGraphsBuilder(0).getObjectGraphDefBuilder();
    TrackableObjectGraph.Builder trackables = files.checkpointGraph().toBuilder();
    objects.getNodesBuilder(0).getChildrenBuilderList().forEach(BaseModels::rename);
    trackables.getNodesBuilder(0).getChildrenBuilderList().forEach(BaseModels::rename);
    files.write(proto.build());
    files.write(trackables.build());
    Files.delete(files.record());
  }

  private static void rename(ObjectReference.Builder child) {
    if (child.getLocalName().equals("embeddings")) {
      child.setLocalName("words");
    }
  }

  private static void addTable(ModelFiles files) throws IOException {
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
