package org.espalier.tf.train;

/** One output of a node, as a GraphDef writes it: {@code node}, {@code node:2} or {@code ^node}. */
record TensorRef(String node, int index) {
  private static final int CONTROL = -1;

  static TensorRef parse(String text) {
    if (text.startsWith("^")) {
      return new TensorRef(text.substring(1), CONTROL);
    }
    int colon = text.lastIndexOf(':');
    return colon < 0
        ? new TensorRef(text, 0)
        : new TensorRef(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  boolean isControl() {
    return index == CONTROL;
  }

  @Override
  public String toString() {
    return isControl() ? "^" + node : index == 0 ? node : node + ":" + index;
  }
}
