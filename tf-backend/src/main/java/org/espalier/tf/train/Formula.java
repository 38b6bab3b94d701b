package org.espalier.tf.train;

import java.util.List;
import org.tensorflow.proto.DataType;

/**
 * An elementwise part of a body, y = f(x), that is computed in its own way and has a gradient of
 * its own.
 */
interface Formula {
  /** The node that gives y. */
  String site();

  /** x. */
  TensorRef argument();

  DataType dtype();

  /** Identifies function, gradient and constants, but not the site; a legal function name. */
  String id();

  /** Tensors besides x that function and gradient read, of the same type. */
  List<String> extras();

  /**
   * The same of another type and with other extras, and another argument at its site, whose type
   * and rows are theirs.
   */
  Formula with(DataType dtype, List<String> extras);

  /** Whether one compiled pass gains over the passes of TensorFlow's kernels. */
  boolean worthCompiling();

  /** Adds the nodes of f and returns y. */
  String forward(PassWriter pass, String x, List<String> extras);

  /** Adds the nodes of the gradient and returns ∂x from ∂y. */
  String backward(PassWriter pass, String x, String dy, List<String> extras);
}
