package org.espalier.tf.train;

import org.espalier.api.EspalierException;
import org.espalier.api.Objective;
import org.espalier.tf.data.CorpusSplit;
import org.espalier.tf.data.ImageSplit;
import org.espalier.tf.data.PretrainingSplit;
import org.espalier.tf.data.TokenSplit;

/** A corpus as one model is trained on it: checked to fit, and cut into examples. */
sealed interface StageData permits TextData, PretrainingData, ImageData {
  /** Examples without end, each a pure function of its numbers. */
  interface TrainingExamples {
    /**
     * Returns an example.
     *
     * @param firstRow number of its first row in the run
     * @param rowOfStep number of its first row in the step
     */
    Example at(long firstRow, long step, long rowOfStep);
  }

  /** The same examples each time. */
  interface HeldOutExamples {
    /** Returns how many there are. */
    int count();

    /** Returns an example; rows that the last one lacks are there with weight 0. */
    Example at(int number);

    /**
     * Cuts rows into examples.
     *
     * @param batch rows of each example but the last, which may have fewer
     */
    static HeldOutExamples of(long rows, int batch, RowsOfExample examples) {
      return new HeldOutExamples() {
        @Override
        public int count() {
          return Math.toIntExact((rows + batch - 1) / batch);
        }

        @Override
        public Example at(int number) {
          long first = (long) number * batch;
          return examples.at(first, (int) Math.min(batch, rows - first));
        }
      };
    }
  }

  /** Makes an example of some rows. */
  interface RowsOfExample {
    /** Returns the example of {@code count} rows from {@code first} on. */
    Example at(long first, int count);
  }

  /**
   * Prepares a corpus for a model.
   *
   * @param batch sequences or images an example
   * @param sequence tokens a sequence; without meaning for images
   * @throws EspalierException if model, objective and corpus do not go together
   */
  static StageData of(
      TrainableModel model, CorpusSplit corpus, Objective objective, int batch, int sequence) {
    boolean images = objective == Objective.CLASSIFICATION;
    if (images != model.training().takesImages()) {
      throw new EspalierException(
          images
              ? "Objective classification is for models that take images, and this one takes tokens; use mlm or clm"
              : "Objective %s is for models that take tokens, and this one takes images; use classification"
                  .formatted(objective.label()));
    }
    check(corpus, objective, sequence);
    if (corpus instanceof ImageSplit split) {
      return ImageData.of(model, split, batch);
    } else if (corpus instanceof PretrainingSplit masked) {
      return PretrainingData.of(model, masked, batch);
    }
    return TextData.of(model, (TokenSplit) corpus, objective, batch, sequence);
  }

  /**
   * Checks what can be checked without a model.
   *
   * @throws EspalierException if objective, length and corpus do not go together
   */
  static void check(CorpusSplit corpus, Objective objective, int sequence) {
    boolean images = objective == Objective.CLASSIFICATION;
    if (images != corpus instanceof ImageSplit) {
      throw new EspalierException(
          images
              ? "Objective classification needs labelled images, and the data is text; give a .npz file of the arrays images and labels, or a TFRecord file"
              : "Objective %s needs text, and the data is images; give text files"
                  .formatted(objective.label()));
    }
    if (corpus instanceof PretrainingSplit masked) {
      PretrainingData.check(masked.store(), objective, sequence);
    }
  }

  /** Returns the shapes of a step. */
  StepShape shape();

  /** Returns how many tokens or patches the model sees in a sequence or image. */
  int positions();

  /**
   * Checks what can be checked when the graph is there.
   *
   * @param classes size of the last axis of the logits
   * @throws EspalierException if the corpus holds labels beyond it
   */
  void checkClasses(long classes);

  /** Returns the examples to train on, in an order and with masks that {@code seed} decides. */
  TrainingExamples training(long seed);

  /** Returns at most {@code count} examples to measure on. */
  HeldOutExamples heldOut(int count);
}
