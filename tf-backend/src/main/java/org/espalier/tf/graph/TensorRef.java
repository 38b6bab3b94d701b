package org.espalier.tf.graph;

/**
 * A tensor of a flat graph: output {@code index} of the op's output argument {@code output}.
 *
 * @param node a node's or an argument's name
 * @param output the name of the output argument; empty when {@code node} is an argument
 * @param index the position within the output argument, which may be a list
 */
public record TensorRef(String node, String output, int index) {
  /** The tensor that an argument of the function brings. */
  static TensorRef argument(String name) {
    return new TensorRef(name, "", 0);
  }

  /** Whether this tensor comes from an argument. */
  public boolean isArgument() {
    return output.isEmpty();
  }

  /** The same tensor of another node. */
  TensorRef of(String otherNode) {
    return new TensorRef(otherNode, output, index);
  }

  /** As a FunctionDef writes it. */
  String inFunction() {
    return isArgument() ? node : node + ":" + output + ":" + index;
  }

  // Written out: they are called for every edge of a graph, and a record's own are slow at first.
  @Override
  public boolean equals(Object other) {
    return other instanceof TensorRef tensor
        && index == tensor.index
        && node.equals(tensor.node)
        && output.equals(tensor.output);
  }

  @Override
  public int hashCode() {
    return (node.hashCode() * 31 + output.hashCode()) * 31 + index;
  }

  @Override
  public String toString() {
    return inFunction();
  }
}
