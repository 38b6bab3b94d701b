package org.espalier.tf.savedmodel;

import java.nio.file.Path;
import java.util.Map;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;

/**
 * A version-2 SavedModel as it stands on disk, without its weights.
 *
 * <p>Its function library has no cycle, its object graph no dangling node id, and its assets stay
 * inside its folder. Immutable, so safe for use by several threads.
 *
 * @param path the folder
 * @param proto the content of {@code saved_model.pb}
 * @param functions the function library by name, in the order of the file
 */
public record SavedModelDirectory(Path path, SavedModel proto, Map<String, FunctionDef> functions) {

  /** The file of the graph, relative to the folder. */
  public static final String GRAPH = "saved_model.pb";

  /** The prefix of the variables' TensorBundle, relative to the folder. */
  public static final String VARIABLES_PREFIX = "variables/variables";

  /**
   * Reads and checks a SavedModel directory.
   *
   * @throws org.espalier.api.EspalierException when there is no such directory, it holds no
   *     version-2 SavedModel, or {@code saved_model.pb} is damaged
   */
  public static SavedModelDirectory read(Path path) {
    return new SavedModelReader(path).read();
  }

  /**
   * The same checks for a model that is not on disk, such as one that was just built.
   *
   * @param path the folder that messages name
   */
  public static SavedModelDirectory of(Path path, SavedModel proto) {
    return new SavedModelReader(path).check(proto);
  }

  /** The model's one meta graph. */
  public MetaGraphDef metaGraph() {
    return proto.getMetaGraphs(0);
  }

  /** The graph of the Python objects that the model was made from; node 0 is the root. */
  public SavedObjectGraph objects() {
    return metaGraph().getObjectGraphDef();
  }

  /** The prefix of the variables' TensorBundle. */
  public Path variablesPrefix() {
    return path.resolve(VARIABLES_PREFIX);
  }
}
