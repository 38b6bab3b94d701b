/**
 * The compiler over a SavedModel's functions: op signatures, flat bodies, finding and cutting
 * blocks, changing their number, and emitting the result.
 *
 * <p>Protos in, protos out. Nothing here loads the native library or reads a weight.
 */
package org.espalier.tf.graph;
