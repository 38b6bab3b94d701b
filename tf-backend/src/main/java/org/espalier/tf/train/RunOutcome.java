package org.espalier.tf.train;

import java.nio.file.Path;

/**
 * What a run left.
 *
 * @param model the last stage's trained model, or what grew out of it where the last stage grows
 * @param report the report, for a browser
 * @param heldOutLoss the last evaluation, in nats of a predicted token
 * @param steps optimizer steps of all stages
 * @param seconds wall-clock time, over all sessions
 */
public record RunOutcome(Path model, Path report, double heldOutLoss, long steps, double seconds) {}
