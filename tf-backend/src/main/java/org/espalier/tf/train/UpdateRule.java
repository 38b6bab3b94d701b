package org.espalier.tf.train;

import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/** How one parameter is updated. */
interface UpdateRule {
  /** Slot variables of a parameter: handles of first and second moment. */
  record Slots(Output<?> first, Output<?> second) {}

  /**
   * Adds the nodes of one parameter and returns the last.
   *
   * @param number of the parameter
   * @param target the parameter, its gradient clipped
   * @param scalars of the parameter's type
   * @param after what comes before any variable changes
   */
  GraphOperation add(
      int number, UpdateTarget target, Slots slots, UpdateScalars scalars, Operation after);
}
