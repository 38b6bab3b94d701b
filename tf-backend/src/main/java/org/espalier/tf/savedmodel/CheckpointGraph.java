package org.espalier.tf.savedmodel;

import com.google.protobuf.BoolValue;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.SerializedTensor;

/**
 * The checkpoint's own object graph: which entry of the TensorBundle holds which variable.
 *
 * <p>Keys are free strings; what ties an entry to a variable is the path of children from the root.
 */
public final class CheckpointGraph {
  /** The bundle's entry that holds this graph. */
  public static final String KEY = "_CHECKPOINTABLE_OBJECT_GRAPH";

  /** The name of a variable's one attribute. */
  public static final String VALUE = "VARIABLE_VALUE";

  private static final String KEY_SUFFIX = "/.ATTRIBUTES/" + VALUE;

  private CheckpointGraph() {}

  /** The key that TensorFlow gives the variable at {@code path}. */
  public static String keyOf(String path) {
    return path + KEY_SUFFIX;
  }

  /**
   * Reads the checkpoint key of each variable of an object graph, by its node id.
   *
   * @param bytes the value of the bundle's entry {@link #KEY}
   * @throws EspalierException when the bytes are no checkpoint graph or refer to missing objects
   */
  public static Map<Integer, String> keys(byte[] bytes, SavedObjectGraph objects) {
    TrackableObjectGraph graph = parse(bytes);
    Map<Integer, String> keys = new TreeMap<>();
    if (graph.getNodesCount() == 0) {
      return keys;
    }
    // The two graphs agree by child names, not necessarily by node ids.
    Map<Integer, Integer> trackables = new HashMap<>(Map.of(0, 0));
    Deque<Integer> open = new ArrayDeque<>(trackables.keySet());
    while (!open.isEmpty()) {
      int node = open.remove();
      TrackableObject trackable = graph.getNodes(trackables.get(node));
      for (SerializedTensor attribute : trackable.getAttributesList()) {
        if (attribute.getName().equals(VALUE)) {
          keys.put(node, attribute.getCheckpointKey());
        }
      }
      Map<String, Integer> children = new HashMap<>();
      for (ObjectReference child : trackable.getChildrenList()) {
        if (child.getNodeId() < 0 || child.getNodeId() >= graph.getNodesCount()) {
          throw damaged("object " + child.getNodeId() + " of " + graph.getNodesCount(), null);
        }
        children.put(child.getLocalName(), child.getNodeId());
      }
      for (ObjectReference child : objects.getNodes(node).getChildrenList()) {
        Integer match = children.get(child.getLocalName());
        if (match != null && trackables.putIfAbsent(child.getNodeId(), match) == null) {
          open.add(child.getNodeId());
        }
      }
    }
    return Collections.unmodifiableMap(keys);
  }

  /**
   * Builds the checkpoint graph of a SavedModel whose variables are stored under {@code keys}.
   *
   * @param fullNames the name of each variable in the graph, by node id
   */
  public static TrackableObjectGraph build(
      SavedObjectGraph objects, Map<Integer, String> keys, Map<Integer, String> fullNames) {
    boolean[] holdsValues = holdsValues(objects, keys);
    TrackableObjectGraph.Builder graph = TrackableObjectGraph.newBuilder();
    for (int node = 0; node < objects.getNodesCount(); node++) {
      TrackableObject.Builder object = graph.addNodesBuilder();
      object.addAllChildren(objects.getNodes(node).getChildrenList());
      if (keys.containsKey(node)) {
        object
            .addAttributesBuilder()
            .setName(VALUE)
            .setFullName(fullNames.getOrDefault(node, ""))
            .setCheckpointKey(keys.get(node));
      }
      object.setHasCheckpointValues(BoolValue.of(holdsValues[node]));
    }
    return graph.build();
  }

  private static boolean[] holdsValues(SavedObjectGraph objects, Map<Integer, String> keys) {
    Map<Integer, List<Integer>> parents = new LinkedHashMap<>();
    for (int node = 0; node < objects.getNodesCount(); node++) {
      for (ObjectReference child : objects.getNodes(node).getChildrenList()) {
        parents.computeIfAbsent(child.getNodeId(), id -> new ArrayList<>()).add(node);
      }
    }
    boolean[] holds = new boolean[objects.getNodesCount()];
    Deque<Integer> open = new ArrayDeque<>(keys.keySet());
    while (!open.isEmpty()) {
      int node = open.remove();
      if (!holds[node]) {
        holds[node] = true;
        open.addAll(parents.getOrDefault(node, List.of()));
      }
    }
    return holds;
  }

  private static TrackableObjectGraph parse(byte[] bytes) {
    try {
      return TrackableObjectGraph.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw damaged(e.getMessage(), e);
    }
  }

  private static EspalierException damaged(String what, Exception cause) {
    return new EspalierException(
        "The checkpoint's entry " + KEY + " is damaged (" + what + "); copy the model again",
        cause);
  }
}
