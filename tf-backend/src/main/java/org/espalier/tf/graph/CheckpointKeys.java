package org.espalier.tf.graph;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.ObjectPaths;

/**
 * Names the checkpoint entries of a rewritten model in the way of the model it was made from.
 *
 * <p>Keys are free, but people read them: a file that keys variables by a path goes on to, and a
 * key of the exporter's own stays.
 */
final class CheckpointKeys {
  private final ObjectPaths paths;
  private final Map<Integer, String> keys;

  /** Learns the way of a model with these paths and keys. */
  CheckpointKeys(ObjectPaths paths, Map<Integer, String> keys) {
    this.paths = paths;
    this.keys = keys;
  }

  /**
   * The keys of the next model's variables.
   *
   * @param newPaths its paths
   * @param models for each of its nodes the old one that it is, or is a copy of
   * @param origin for each of its nodes that is old, the old one
   */
  Map<Integer, String> next(
      ObjectPaths newPaths, Map<Integer, Integer> models, Map<Integer, Integer> origin) {
    Map<Integer, String> next = new TreeMap<>();
    Set<String> used = new HashSet<>();
    for (int node : newPaths.variables()) {
      if (origin.containsKey(node) && isExportersOwn(origin.get(node))) {
        next.put(node, keys.get(origin.get(node)));
        used.add(next.get(node));
      }
    }
    for (int node : newPaths.variables()) {
      if (!next.containsKey(node)) {
        Integer model = models.get(node);
        boolean canonical = model != null && isCanonical(model) && !isMeaningful(model);
        String path =
            (canonical ? newPaths.canonicalPath(node) : newPaths.path(node)).orElseThrow();
        String key = CheckpointGraph.keyOf(path);
        for (int i = 1; !used.add(key); i++) {
          key = CheckpointGraph.keyOf(path + "_" + i);
        }
        next.put(node, key);
      }
    }
    return next;
  }

  private boolean isExportersOwn(int node) {
    return keys.containsKey(node) && !isCanonical(node) && !isMeaningful(node);
  }

  private boolean isCanonical(int node) {
    return paths
        .canonicalPath(node)
        .map(CheckpointGraph::keyOf)
        .equals(Optional.ofNullable(keys.get(node)));
  }

  private boolean isMeaningful(int node) {
    return paths.path(node).map(CheckpointGraph::keyOf).equals(Optional.ofNullable(keys.get(node)));
  }
}
