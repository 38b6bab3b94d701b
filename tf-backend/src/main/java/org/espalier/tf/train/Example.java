package org.espalier.tf.train;

/**
 * What one step is shown and asked; arrays are [batch, sequence] and not copied.
 *
 * @param tokens token ids
 * @param labels the token id to predict at each position
 * @param weights how much each position counts in the loss
 */
public record Example(int[][] tokens, int[][] labels, float[][] weights) {}
