package org.espalier.tf.train;

/** What one step is shown and asked. Arrays are not copied. */
public sealed interface Example permits TokenExample, ImageExample {
  /** The shapes of the step. */
  StepShape shape();

  /** The class to predict in each row of the logits, [rows]. */
  int[] labels();

  /** How much each row counts in the loss, [rows]. */
  float[] weights();
}
