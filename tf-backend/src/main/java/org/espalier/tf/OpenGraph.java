package org.espalier.tf;

import java.nio.file.Path;
import java.util.Map;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.SavedModelDirectory;

/** The graph of an open model, read when it is first asked for. */
final class OpenGraph {
  private final Path path;
  private final BundleReader weights;
  private SavedModelDirectory directory;
  private Map<Integer, String> keys;

  /**
   * Creates the graph of a model.
   *
   * @param weights its checkpoint, which stays the caller's
   */
  OpenGraph(Path path, BundleReader weights) {
    this.path = path;
    this.weights = weights;
  }

  /**
   * Creates a graph that was read.
   *
   * @param weights its checkpoint, which stays the caller's
   */
  OpenGraph(SavedModelDirectory directory, BundleReader weights) {
    this(directory.path(), weights);
    this.directory = directory;
  }

  /** Returns where the model stands. */
  Path path() {
    return path;
  }

  /** Returns what {@code saved_model.pb} holds. */
  synchronized SavedModelDirectory directory() {
    if (directory == null) {
      directory = SavedModelDirectory.read(path);
    }
    return directory;
  }

  /** Returns the checkpoint key of each variable, by object-graph node. */
  synchronized Map<Integer, String> keys() {
    if (keys == null) {
      keys = CheckpointGraph.keys(weights.readString(CheckpointGraph.KEY), directory().objects());
    }
    return keys;
  }
}
