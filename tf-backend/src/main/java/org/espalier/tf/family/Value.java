package org.espalier.tf.family;

import org.tensorflow.proto.DataType;

/**
 * An output of a node or an argument of a function under construction.
 *
 * @param reference how other nodes of the body name it: {@code node:output:0}, or an argument's
 *     name
 * @param type its element type
 */
record Value(String reference, DataType type) {}
