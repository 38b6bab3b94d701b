package org.espalier.tf.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.espalier.api.OptimizerSettings;

/**
 * LAMB as its paper writes it (arXiv 1904.00962, algorithm 2), in float64, with clipping by global
 * norm and without decay and adaptation of biases and norms.
 */
final class PlainLamb {
  private final OptimizerSettings settings;
  private final Map<String, State> states = new LinkedHashMap<>();

  private static final class State {
    private final double[] x;
    private final double[] m;
    private final double[] v;
    private final boolean adapted;
    private double[] g;
    private int t;

    State(double[] x, boolean adapted) {
      this.x = x.clone();
      this.m = new double[x.length];
      this.v = new double[x.length];
      this.adapted = adapted;
    }
  }

  PlainLamb(OptimizerSettings settings) {
    this.settings = settings;
  }

  void put(String name, double[] value, boolean adapted) {
    states.put(name, new State(value, adapted));
  }

  void gradient(String name, double[] gradient) {
    states.get(name).g = gradient;
  }

  double[] value(String name) {
    return states.get(name).x;
  }

  void step(ToDoubleFunction<String> rates) {
    double all = Math.sqrt(states.values().stream().mapToDouble(s -> norm(s.g) * norm(s.g)).sum());
    double clip = Math.min(1, settings.clipNorm() / all);
    states.forEach((name, state) -> step(state, clip, rates.applyAsDouble(name)));
  }

  private void step(State s, double clip, double rate) {
    s.t++;
    double lambda = s.adapted ? settings.weightDecay() : 0;
    double[] update = new double[s.x.length];
    for (int i = 0; i < update.length; i++) {
      double g = s.g[i] * clip;
      s.m[i] = settings.beta1() * s.m[i] + (1 - settings.beta1()) * g;
      s.v[i] = settings.beta2() * s.v[i] + (1 - settings.beta2()) * g * g;
      double m = s.m[i] / (1 - Math.pow(settings.beta1(), s.t));
      double v = s.v[i] / (1 - Math.pow(settings.beta2(), s.t));
      update[i] = m / (Math.sqrt(v) + settings.epsilon()) + lambda * s.x[i];
    }
    double ratio = 1;
    if (s.adapted && norm(s.x) > 0 && norm(update) > 0) {
      ratio = norm(s.x) / norm(update);
    }
    for (int i = 0; i < update.length; i++) {
      s.x[i] -= rate * ratio * update[i];
    }
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
