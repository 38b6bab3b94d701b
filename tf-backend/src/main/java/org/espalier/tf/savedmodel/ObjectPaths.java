package org.espalier.tf.savedmodel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/**
 * The names by which Python code reaches each object of a SavedModel, such as {@code
 * encoder/layer/0/query/kernel}.
 *
 * <p>Immutable, so safe for use by several threads.
 */
public final class ObjectPaths {
  private final SavedObjectGraph graph;
  private final List<String> canonical;
  private final List<String> meaningful;

  /** Walks an object graph. */
  public ObjectPaths(SavedObjectGraph graph) {
    this.graph = graph;
    this.canonical = walk(false);
    this.meaningful = walk(true);
  }

  /**
   * The shortest path of an object, or empty when the root does not reach it.
   *
   * <p>A path through user objects wins over a shorter one through a flat list of variables, a
   * private attribute or Keras's own book-keeping. The root's path is the empty string.
   */
  public Optional<String> path(int node) {
    String path = meaningful.get(node);
    return Optional.ofNullable(path != null ? path : canonical.get(node));
  }

  /** The path that TensorFlow itself would choose: breadth first, children in file order. */
  public Optional<String> canonicalPath(int node) {
    return Optional.ofNullable(canonical.get(node));
  }

  /** A path for each edge that leads to an object, in order of the parents' ids. */
  public List<String> paths(int node) {
    List<String> paths = new ArrayList<>();
    for (int parent = 0; parent < graph.getNodesCount(); parent++) {
      if (canonical.get(parent) == null) {
        continue;
      }
      String prefix = canonical.get(parent);
      for (ObjectReference child : graph.getNodes(parent).getChildrenList()) {
        if (child.getNodeId() == node) {
          paths.add(join(prefix, child.getLocalName()));
        }
      }
    }
    return Collections.unmodifiableList(paths);
  }

  /** The object at a path, or empty when there is none. */
  public OptionalInt find(String path) {
    int node = 0;
    if (path.isEmpty()) {
      return OptionalInt.of(0);
    }
    for (String name : path.split("/", -1)) {
      OptionalInt next = child(node, name);
      if (next.isEmpty()) {
        return next;
      }
      node = next.getAsInt();
    }
    return OptionalInt.of(node);
  }

  /** The ids of all variables that the root reaches, ascending. */
  public List<Integer> variables() {
    return IntStream.range(0, graph.getNodesCount())
        .filter(node -> graph.getNodes(node).hasVariable() && canonical.get(node) != null)
        .boxed()
        .toList();
  }

  private OptionalInt child(int node, String name) {
    for (ObjectReference child : graph.getNodes(node).getChildrenList()) {
      if (escape(child.getLocalName()).equals(name) || child.getLocalName().equals(name)) {
        return OptionalInt.of(child.getNodeId());
      }
    }
    return OptionalInt.empty();
  }

  private List<String> walk(boolean onlyMeaningful) {
    List<String> paths = new ArrayList<>(Collections.nCopies(graph.getNodesCount(), null));
    Deque<Integer> open = new ArrayDeque<>();
    paths.set(0, "");
    open.add(0);
    while (!open.isEmpty()) {
      int node = open.remove();
      SavedObject object = graph.getNodes(node);
      if (onlyMeaningful && isFlatVariableList(object)) {
        continue;
      }
      for (ObjectReference child : object.getChildrenList()) {
        boolean followed = !onlyMeaningful || !isBookKeeping(child.getLocalName());
        if (followed && paths.get(child.getNodeId()) == null) {
          paths.set(child.getNodeId(), join(paths.get(node), child.getLocalName()));
          open.add(child.getNodeId());
        }
      }
    }
    return Collections.unmodifiableList(paths);
  }

  private boolean isFlatVariableList(SavedObject object) {
    return object.getChildrenCount() > 0
        && object.getChildrenList().stream()
            .allMatch(
                child ->
                    isIndex(child.getLocalName())
                        && graph.getNodes(child.getNodeId()).hasVariable());
  }

  private static boolean isBookKeeping(String localName) {
    return localName.startsWith("_") || localName.equals("keras_api");
  }

  private static boolean isIndex(String localName) {
    return !localName.isEmpty() && localName.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String join(String prefix, String localName) {
    String escaped = escape(localName);
    return prefix.isEmpty() ? escaped : prefix + "/" + escaped;
  }

  /** As {@code trackable_utils.escape_local_name} in TensorFlow's Python sources. */
  private static String escape(String localName) {
    return localName.replace(".", "..").replace("/", ".S");
  }
}
