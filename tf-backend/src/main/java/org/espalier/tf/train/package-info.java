/**
 * Training: objective, gradients, optimizer, stages, checkpoints, resume, evaluation and FLOPs.
 *
 * <p>Only this package and the front door load TensorFlow's native library. What trains is a flat
 * forward body ({@link org.espalier.tf.train.ForwardFunction}); reading it out of a SavedModel
 * belongs to {@code graph}, writing weights to {@code bundle}.
 */
package org.espalier.tf.train;
