package org.espalier.tf.train;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.GrowthStep;
import org.espalier.api.SlotPolicy;

/**
 * One operator to apply between two stages.
 *
 * @param step operator and options
 * @param seed of the growth
 * @param source the model to grow
 * @param references the models taken as references, by reference name
 * @param target where the grown SavedModel goes; not there yet
 * @param slots what else to transform; empty where slots are reset
 */
public record GrowthTask(
    GrowthStep step,
    long seed,
    Path source,
    Map<String, Path> references,
    Path target,
    Optional<SlotBundles> slots) {
  /** Copies the map. */
  public GrowthTask {
    references = Map.copyOf(references);
  }

  /**
   * The bundles of optimizer slots, keyed as {@link Checkpoint} says; other keys of the source are
   * not for growth.
   *
   * @param source prefix of the bundle to read
   * @param target prefix of the bundle to write; its folder is there and empty
   * @param policy how they are made
   */
  public record SlotBundles(Path source, Path target, SlotPolicy policy) {}
}
