/**
 * Carries out the tensor rules of a plan from checkpoint to checkpoint.
 *
 * <p>The meaning of the rules is {@link org.espalier.api.ReferenceExecutor}'s; what belongs here is
 * doing the same, bit for bit, in memory that does not grow with the tensors. No class of this
 * package loads TensorFlow's native library.
 */
package org.espalier.tf.weights;
