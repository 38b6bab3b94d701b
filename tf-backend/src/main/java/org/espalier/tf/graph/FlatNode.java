package org.espalier.tf.graph;

import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;

/**
 * An op of a flat graph.
 *
 * @param name unique among the nodes and arguments of the graph
 * @param op the op's type
 * @param device the requested device, usually empty
 * @param attrs all attributes except {@code _class}
 * @param inputs the data inputs in order
 * @param controls names of the nodes that must run before
 */
public record FlatNode(
    String name,
    String op,
    String device,
    Map<String, AttrValue> attrs,
    List<TensorRef> inputs,
    List<String> controls) {

  /** Copies the collections. */
  public FlatNode {
    attrs = Map.copyOf(attrs);
    inputs = List.copyOf(inputs);
    controls = List.copyOf(controls);
  }

  FlatNode withInputs(List<TensorRef> newInputs, List<String> newControls) {
    return new FlatNode(name, op, device, attrs, newInputs, newControls);
  }
}
