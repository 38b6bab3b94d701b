package org.espalier.tf.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.espalier.api.OptimizerSettings;

/** AdamW as its paper writes it (arXiv 1711.05101, algorithm 2), with clipping by global norm. */
final class PlainAdamW {
  private final OptimizerSettings settings;
  private final Map<String, State> states = new LinkedHashMap<>();

  private static final class State {
    private final double[] value;
    private final double[] first;
    private final double[] second;
    private final boolean decayed;
    private double[] gradient;
    private int steps;

    State(double[] value, boolean decayed) {
      this.value = value.clone();
      this.first = new double[value.length];
      this.second = new double[value.length];
      this.decayed = decayed;
    }
  }

  PlainAdamW(OptimizerSettings settings) {
    this.settings = settings;
  }

  void put(String name, double[] value, boolean decayed) {
    states.put(name, new State(value, decayed));
  }

  void gradient(String name, double[] gradient) {
    states.get(name).gradient = gradient;
  }

  double[] value(String name) {
    return states.get(name).value;
  }

  double norm() {
    double sum = 0;
    for (State state : states.values()) {
      for (double g : state.gradient) {
        sum += g * g;
      }
    }
    return Math.sqrt(sum);
  }

  void step(double rate) {
    step(name -> rate);
  }

  void step(ToDoubleFunction<String> rates) {
    double scale = Math.min(1, settings.clipNorm() / norm());
    for (Map.Entry<String, State> entry : states.entrySet()) {
      double rate = rates.applyAsDouble(entry.getKey());
      State s = entry.getValue();
      s.steps++;
      for (int i = 0; i < s.value.length; i++) {
        double g = s.gradient[i] * scale;
        s.first[i] = settings.beta1() * s.first[i] + (1 - settings.beta1()) * g;
        s.second[i] = settings.beta2() * s.second[i] + (1 - settings.beta2()) * g * g;
        double m = s.first[i] / (1 - Math.pow(settings.beta1(), s.steps));
        double v = s.second[i] / (1 - Math.pow(settings.beta2(), s.steps));
        double decay = s.decayed ? settings.weightDecay() * s.value[i] : 0;
        s.value[i] -= rate * (m / (Math.sqrt(v) + settings.epsilon()) + decay);
      }
    }
  }
}
