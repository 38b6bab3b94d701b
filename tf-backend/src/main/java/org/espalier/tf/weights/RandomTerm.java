package org.espalier.tf.weights;

import org.espalier.api.Initializer;
import org.espalier.api.Parameter;
import org.espalier.api.SeededRandom;

/** A term of random numbers, each a function of its place in the tensor. Thread-safe. */
record RandomTerm(double coefficient, Initializer initializer, SeededRandom stream)
    implements CombinedBytes.Summand {

  /** Returns the term of the stream that belongs to the parameter that is made. */
  static RandomTerm of(double coefficient, Initializer initializer, long seed, Parameter target) {
    return new RandomTerm(coefficient, initializer, SeededRandom.of(seed).stream(target.name()));
  }

  @Override
  public void compute(long from, long to, double[] result) {
    for (long i = from; i < to; i++) {
      result[(int) (i - from)] = stream.draw(initializer, i);
    }
  }
}
