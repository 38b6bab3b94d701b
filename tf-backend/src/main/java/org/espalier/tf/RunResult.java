package org.espalier.tf;

import java.nio.file.Path;

/**
 * What a run left.
 *
 * @param model the last stage's trained model
 * @param report the report, for a browser
 * @param heldOutLoss the last evaluation
 * @param steps optimizer steps of all stages
 * @param seconds wall-clock time of training, over all resumptions
 */
public record RunResult(Path model, Path report, double heldOutLoss, long steps, double seconds) {}
