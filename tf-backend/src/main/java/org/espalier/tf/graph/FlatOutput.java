package org.espalier.tf.graph;

import org.tensorflow.proto.OpDef;

/**
 * A result of a flat graph.
 *
 * @param definition name and dtype, as the function's signature states them
 * @param source the tensor that is returned
 */
public record FlatOutput(OpDef.ArgDef definition, TensorRef source) {
  /** The result's name. */
  public String name() {
    return definition.getName();
  }
}
