/**
 * TensorBundle V2, the checkpoint format of TensorFlow 2, in pure Java.
 *
 * <p>A bundle is an index, which is a LevelDB table of entries, and one or more shards that hold
 * the tensors' bytes. What reads or writes those bytes belongs here; what the tensors mean does
 * not. No class of this package loads TensorFlow's native library.
 */
package org.espalier.tf.bundle;
