package org.espalier.tf.family;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedUserObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;
import org.tensorflow.proto.VersionDef;

/**
 * The tree of objects that Python sees: {@code model.encoder.layer[0].ffn.input.kernel}.
 *
 * <p>Children whose names are the numbers from 0 become a list, others attributes.
 */
final class ObjectTree {
  private static final String LIST = "trackable_list_wrapper";
  private static final String OBJECT = "_generic_user_object";

  private final List<SavedObject.Builder> nodes = new ArrayList<>();
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Map<Integer, FamilyVariable> variables = new LinkedHashMap<>();

  /** Creates a tree of only its root. */
  ObjectTree() {
    nodes.add(userObject(OBJECT));
    ids.put("", 0);
  }

  private static SavedObject.Builder userObject(String identifier) {
    return SavedObject.newBuilder()
        .setUserObject(
            SavedUserObject.newBuilder()
                .setIdentifier(identifier)
                .setVersion(VersionDef.newBuilder().setProducer(1).setMinConsumer(1)));
  }

  /** Adds a variable at its path, with the objects above it. */
  void add(FamilyVariable variable) {
    SavedVariable saved =
        SavedVariable.newBuilder()
            .setDtype(Types.of(variable.parameter().dtype()))
            .setShape(Attributes.shapeOf(variable.parameter().shape()))
            .setTrainable(variable.parameter().trainable())
            .setName(variable.name())
            .build();
    int id = add(variable.path(), SavedObject.newBuilder().setVariable(saved));
    variables.put(id, variable);
  }

  /** Adds a list of variables under a name of the root, so that Python finds them all at once. */
  void addList(String name, List<FamilyVariable> members) {
    int list = add(name, userObject(LIST));
    for (int i = 0; i < members.size(); i++) {
      link(list, Integer.toString(i), id(members.get(i).path()));
    }
  }

  /** Adds the object that holds the signatures. */
  void addSignatures(String path) {
    add(path, userObject("signature_map"));
  }

  /** Adds an object at {@code path} and returns its id; objects above it are made as needed. */
  int add(String path, SavedObject.Builder node) {
    int slash = path.lastIndexOf('/');
    int parent = slash < 0 ? 0 : container(path.substring(0, slash));
    int id = nodes.size();
    nodes.add(node);
    if (ids.put(path, id) != null) {
      throw new IllegalArgumentException("there is a '" + path + "' already");
    }
    String name = path.substring(slash + 1);
    if (name.equals("0")) {
      nodes.get(parent).setUserObject(userObject(LIST).getUserObject());
    }
    link(parent, name, id);
    return id;
  }

  private int container(String path) {
    Integer found = ids.get(path);
    return found != null ? found : add(path, userObject(OBJECT));
  }

  private void link(int parent, String name, int child) {
    nodes.get(parent).addChildren(ObjectReference.newBuilder().setNodeId(child).setLocalName(name));
  }

  /** Returns the id of the object at a path. */
  int id(String path) {
    return ids.get(path);
  }

  /** Returns the objects in the order of their ids. */
  List<SavedObject> objects() {
    return nodes.stream().map(SavedObject.Builder::build).toList();
  }

  /** Returns the same tree as the checkpoint holds it, with the key of each variable. */
  TrackableObjectGraph checkpointGraph() {
    Map<Integer, String> keys = new TreeMap<>();
    Map<Integer, String> names = new TreeMap<>();
    variables.forEach(
        (id, variable) -> {
          keys.put(id, variable.checkpointKey());
          names.put(id, variable.name());
        });
    SavedObjectGraph objects = SavedObjectGraph.newBuilder().addAllNodes(objects()).build();
    return CheckpointGraph.build(objects, keys, names);
  }
}
