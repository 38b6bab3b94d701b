package org.espalier.tf.train;

import java.nio.file.Path;
import org.espalier.api.Lineage;
import org.espalier.api.ModelRequest;

/** Makes and opens the models that a schedule's stages train. */
public interface StageModels {
  /**
   * Writes the model of the first stage, whole or not at all.
   *
   * @param target where it goes; not there yet
   */
  void create(ModelRequest request, long seed, Path target);

  /** Opens a model for training. */
  TrainableModel open(Path model);

  /**
   * Applies one operator. The model is written whole or not at all; slots by the plan's slot rules
   * with policy {@code COPY}, m and v of each trainable parameter and its step count.
   */
  void grow(GrowthTask task);

  /** Returns how a model came to be. */
  Lineage lineage(Path model);
}
