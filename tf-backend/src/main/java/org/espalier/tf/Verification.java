package org.espalier.tf;

/**
 * How far the outputs of two models are apart on the same seeded inputs.
 *
 * @param maxDifference largest absolute difference of any logit
 * @param logitDeviation standard deviation of the first model's logits, for scale
 * @param inputs how many sequences were compared
 */
public record Verification(double maxDifference, double logitDeviation, int inputs) {}
