package org.espalier.tf;

/**
 * How well a model predicts what was held out.
 *
 * @param loss mean loss of a predicted token or image, in nats
 * @param accuracy share of them whose token or class has the largest logit, from 0 to 1
 * @param predictions how many tokens or images were predicted
 */
public record Evaluation(double loss, double accuracy, long predictions) {}
