package org.espalier.tf.train;

import java.nio.file.Path;
import java.util.Map;
import org.espalier.api.GrowthPlan;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Lineage;
import org.espalier.api.Mask;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.PeriodicStep;

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
   *
   * @return the plan that was carried out
   */
  GrowthPlan grow(GrowthTask task);

  /**
   * Returns the plan of an operator for a model that is being trained.
   *
   * @param run which time the operator runs, from 1
   * @param runs one more than how often it runs in all
   * @param seed of the growth
   * @param masks of the model, by parameter
   */
  GrowthPlan plan(
      ModelSpec model, PeriodicStep step, long run, long runs, long seed, Map<String, Mask> masks);

  /** Returns the kernels that plans may name. */
  KernelRegistry kernels();

  /** Returns what names a model's graph, weights and masks. */
  String fingerprint(Path model);

  /** Returns how a model came to be. */
  Lineage lineage(Path model);
}
