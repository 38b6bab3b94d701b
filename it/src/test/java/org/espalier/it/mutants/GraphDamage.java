package org.espalier.it.mutants;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/** What a careless or hostile writer of {@code saved_model.pb} does. */
final class GraphDamage {
  private static final int CHAIN = 60;

  private GraphDamage() {}

  /** Changes one place, three times of four in a part of the graph that holds few fields. */
  static void change(SavedModelFiles model, ProtoChange change, Random random) throws IOException {
    SavedModel.Builder proto = model.savedModel().toBuilder();
    MetaGraphDef.Builder meta = proto.getMetaGraphsBuilder(0);
    switch (random.nextInt(4)) {
      case 0 ->
          meta.setObjectGraphDef((SavedObjectGraph) change.apply(meta.getObjectGraphDef(), random));
      case 1 -> {
        List<NodeDef> nodes = meta.getGraphDef().getNodeList();
        int node = random.nextInt(nodes.size());
        meta.getGraphDefBuilder().setNode(node, (NodeDef) change.apply(nodes.get(node), random));
      }
      case 2 -> {
        FunctionDefLibrary library = meta.getGraphDef().getLibrary();
        int index = random.nextInt(library.getFunctionCount());
        meta.getGraphDefBuilder()
            .getLibraryBuilder()
            .setFunction(index, (FunctionDef) change.apply(library.getFunction(index), random));
      }
      default -> {
        MetaGraphDef small = meta.build().toBuilder().clearGraphDef().clearObjectGraphDef().build();
        meta.clear()
            .mergeFrom((MetaGraphDef) change.apply(small, random))
            .setGraphDef(model.savedModel().getMetaGraphs(0).getGraphDef())
            .setObjectGraphDef(model.savedModel().getMetaGraphs(0).getObjectGraphDef());
      }
    }
    model.write(proto.build());
  }

  /** Lets functions call themselves, each other, or so often that the calls are past counting. */
  static void callInCircles(SavedModelFiles model, Random random) throws IOException {
    SavedModel.Builder proto = model.savedModel().toBuilder();
    FunctionDefLibrary.Builder library =
        proto.getMetaGraphsBuilder(0).getGraphDefBuilder().getLibraryBuilder();
    int first = random.nextInt(library.getFunctionCount());
    int second = random.nextInt(library.getFunctionCount());
    if (random.nextInt(4) > 0) {
      call(library.getFunctionBuilder(first), name(library, second), "there");
      call(library.getFunctionBuilder(second), name(library, first), "back");
    } else {
      // A chain in which each calls the next twice.
      for (int i = 0; i < CHAIN; i++) {
        FunctionDef.Builder link = library.addFunctionBuilder();
        link.getSignatureBuilder().setName("link" + i);
        if (i > 0) {
          call(link, "link" + (i - 1), "one");
          call(link, "link" + (i - 1), "two");
        }
      }
      call(library.getFunctionBuilder(first), "link" + (CHAIN - 1), "chain");
    }
    model.write(proto.build());
  }

  private static String name(FunctionDefLibrary.Builder library, int index) {
    return library.getFunction(index).getSignature().getName();
  }

  private static void call(FunctionDef.Builder caller, String callee, String node) {
    AttrValue none =
        AttrValue.newBuilder().setList(AttrValue.ListValue.getDefaultInstance()).build();
    caller.addNodeDef(
        NodeDef.newBuilder()
            .setName(node)
            .setOp("StatefulPartitionedCall")
            .putAttr("Tin", none)
            .putAttr("Tout", none)
            .putAttr(
                "f",
                AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(callee)).build()));
  }

  /** Makes an object the child of another or of itself, in one graph or in both. */
  static void ownInCircles(SavedModelFiles model, Random random) throws IOException {
    SavedModel.Builder proto = model.savedModel().toBuilder();
    SavedObjectGraph.Builder objects = proto.getMetaGraphsBuilder(0).getObjectGraphDefBuilder();
    int from = random.nextInt(objects.getNodesCount());
    int to = random.nextInt(3) == 0 ? from : random.nextInt(objects.getNodesCount());
    String name = "knot";
    if (random.nextBoolean() && objects.getNodes(from).getChildrenCount() > 0) {
      int count = objects.getNodes(from).getChildrenCount();
      name = objects.getNodes(from).getChildren(random.nextInt(count)).getLocalName();
    }
    ObjectReference knot = ObjectReference.newBuilder().setNodeId(to).setLocalName(name).build();
    objects.getNodesBuilder(from).addChildren(knot);
    model.write(proto.build());
    TrackableObjectGraph.Builder trackables = model.checkpointGraph().toBuilder();
    if (random.nextBoolean() && from < trackables.getNodesCount()) {
      trackables.getNodesBuilder(from).addChildren(knot);
      model.write(trackables.build());
    }
  }

  /** States an impossible size somewhere. */
  static void declareHuge(SavedModelFiles model, Random random) throws IOException {
    SavedModel proto = model.savedModel();
    Message part = proto;
    boolean objects = random.nextBoolean();
    if (objects) {
      part = proto.getMetaGraphs(0).getObjectGraphDef();
    }
    List<ProtoSite> sizes =
        ProtoSite.all(part).stream()
            .filter(
                site -> site.field().getFullName().equals("tensorflow.TensorShapeProto.Dim.size"))
            .toList();
    ProtoSite site = sizes.get(random.nextInt(sizes.size()));
    FieldDescriptor field = site.field();
    Message changed = site.set(part, ProtoChange.Numbers.any(field, random));
    if (objects) {
      SavedModel.Builder builder = proto.toBuilder();
      builder.getMetaGraphsBuilder(0).setObjectGraphDef((SavedObjectGraph) changed);
      changed = builder.build();
    }
    model.write((SavedModel) changed);
  }

  /** Lets an asset lie elsewhere. */
  static void renameAsset(SavedModelFiles model, Random random) throws IOException {
    Path other = Files.writeString(model.directory().resolveSibling("outside"), "a secret\n");
    String outside = other.toAbsolutePath().toString();
    List<String> names =
        List.of(
            "../../outside",
            outside,
            "a/../../../outside",
            "..",
            ".",
            "",
            "\0",
            "missing.txt",
            "./words.txt",
            "../variables/variables.index",
            "n".repeat(5000));
    SavedModel.Builder proto = model.savedModel().toBuilder();
    proto
        .getMetaGraphsBuilder(0)
        .getAssetFileDefBuilder(0)
        .setFilename(names.get(random.nextInt(names.size())));
    model.write(proto.build());
  }
}
