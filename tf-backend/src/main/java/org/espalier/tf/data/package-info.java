/**
 * What models are trained on: tokenizers, the token store on disk, its split, batches and masking,
 * sequences that were masked beforehand, and labelled images.
 *
 * <p>Everything random here is a pure function of a seed and a position, so a resumed run reads
 * what an uninterrupted one would have read, and a worker's share is a slice. No TensorFlow.
 */
package org.espalier.tf.data;
