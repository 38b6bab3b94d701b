package org.espalier.tf.train;

/**
 * Where a run stands at a checkpoint, stored beside the tensors as {@code trainer.json}.
 *
 * @param stage number of the stage, from 0
 * @param stageStep optimizer steps done in the stage
 * @param step optimizer steps done in the run
 * @param tokens tokens trained on in the run
 * @param seconds wall-clock time of the run
 * @param flops floating-point operations of training in the run
 * @param seed of the schedule
 * @param schedule SHA-256 of the schedule
 * @param data fingerprint of the tokens
 * @param environment what else the bits depend on
 */
public record TrainerState(
    int stage,
    long stageStep,
    long step,
    long tokens,
    double seconds,
    double flops,
    long seed,
    String schedule,
    String data,
    RunEnvironment environment) {}
