package org.espalier.tf.family;

import org.espalier.api.Initializer;
import org.espalier.api.Parameter;
import org.espalier.tf.savedmodel.CheckpointGraph;

/**
 * A variable of a model to be built.
 *
 * @param parameter its object path, type and shape, and what it is for
 * @param name its name in the graph, such as {@code encoder/layer_0/ffn/input/kernel}
 * @param initializer how its first values are drawn
 */
public record FamilyVariable(Parameter parameter, String name, Initializer initializer) {

  /** Returns its path from the root of the object graph, children joined by slashes. */
  public String path() {
    return parameter.name();
  }

  /** Returns the key of its values in the checkpoint, as TensorFlow would choose it. */
  public String checkpointKey() {
    return CheckpointGraph.keyOf(path());
  }

  /** Returns its name as the argument of a function. */
  String argument() {
    return name.replace('/', '_');
  }
}
