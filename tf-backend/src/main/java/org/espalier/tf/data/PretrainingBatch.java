package org.espalier.tf.data;

/**
 * Masked sequences with their segments and padding. Arrays are [rows, sequence] and not copied.
 *
 * @param masked what is shown and asked
 * @param segments the segment of each token
 * @param attended 1 at each token, 0 at padding
 */
public record PretrainingBatch(MaskedBatch masked, int[][] segments, int[][] attended) {}
