package org.espalier.tf.train;

/**
 * What a training step reports.
 *
 * @param loss weighted mean cross-entropy before the update, in nats a token
 * @param gradientNorm norm of all gradients together, before clipping
 */
public record StepResult(double loss, double gradientNorm) {}
