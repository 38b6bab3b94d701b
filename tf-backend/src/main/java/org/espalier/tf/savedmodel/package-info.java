/**
 * The SavedModel directory as a file format: reading with every check that keeps a bad file from
 * reaching TensorFlow, the object graph's paths, the checkpoint graph's keys, and writing.
 *
 * <p>Nothing here loads the native library and nothing here knows what a block is.
 */
package org.espalier.tf.savedmodel;
