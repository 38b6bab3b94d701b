package org.espalier.tf.train;

import org.tensorflow.Output;

/**
 * A parameter to update.
 *
 * @param variable what it is
 * @param handle its variable
 * @param gradient its gradient
 * @param decayed whether it decays, as all but biases and norms do
 */
record UpdateTarget(ModelVariable variable, Output<?> handle, Output<?> gradient, boolean decayed) {
  UpdateTarget with(Output<?> other) {
    return new UpdateTarget(variable, handle, other, decayed);
  }
}
