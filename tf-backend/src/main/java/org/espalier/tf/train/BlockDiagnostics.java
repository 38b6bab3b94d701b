package org.espalier.tf.train;

import java.util.List;
import java.util.Optional;
import org.espalier.api.Growth;
import org.espalier.tf.report.BlockPoint;
import org.espalier.tf.report.RunPosition;

/** Looks at the blocks of a model that is being trained, without changing it. */
final class BlockDiagnostics {
  private final Trainer trainer;
  private final CopyDistance distance;
  private final BlockGradients gradients;

  BlockDiagnostics(TrainableModel model, Trainer trainer, List<Growth> growths) {
    this.trainer = trainer;
    this.distance = new CopyDistance(model.spec(), trainer, growths);
    this.gradients = new BlockGradients(model.spec(), trainer.trained());
  }

  /**
   * Returns what is seen, if there is anything to see.
   *
   * @param lastStep of this stage, if there was one
   */
  Optional<BlockPoint> look(RunPosition at, Optional<StepResult> lastStep) {
    CopyDistance.Distances copies = distance.measure(trainer);
    List<Double> norms =
        lastStep.map(step -> gradients.norms(step.gradientSquares())).orElse(List.of());
    return copies.blocks().isEmpty() && copies.units().isEmpty() && norms.isEmpty()
        ? Optional.empty()
        : Optional.of(new BlockPoint(at, copies.blocks(), copies.units(), norms));
  }
}
