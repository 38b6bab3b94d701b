package org.espalier.tf;

/**
 * How well a model predicts held-out text.
 *
 * @param loss mean loss of a predicted token, in nats
 * @param tokens how many were predicted
 */
public record Evaluation(double loss, long tokens) {}
