package org.espalier.tf.train;

import org.espalier.api.EspalierException;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;

/** The mean cross-entropy over several examples, each row with its weight. */
final class LossMean {
  private double sum;
  private double weights;
  private double correct;

  void add(Session session, Feeds feeds, LossNodes loss) {
    try (Result result =
        feeds
            .feed(session.runner())
            .fetch(loss.weightedSum())
            .fetch(loss.weightSum())
            .fetch(loss.weightedCorrect().orElseThrow())
            .run()) {
      sum += Scalars.of(result.get(0));
      weights += Scalars.of(result.get(1));
      correct += Scalars.of(result.get(2));
    } catch (IllegalArgumentException | TensorFlowException e) {
      throw new EspalierException("TensorFlow failed in an evaluation: " + Failure.firstLine(e), e);
    }
  }

  /** Returns the sum of weights, which is the number of rows where weights are 0 and 1. */
  long rows() {
    return Math.round(weights);
  }

  /** Returns the mean in nats a row; 0 if nothing had weight. */
  double value() {
    return weights == 0 ? 0 : sum / weights;
  }

  /** Returns the share of rows whose label has the largest logit; 0 if nothing had weight. */
  double accuracy() {
    return weights == 0 ? 0 : correct / weights;
  }
}
