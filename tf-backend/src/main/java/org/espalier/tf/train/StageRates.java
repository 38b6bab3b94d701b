package org.espalier.tf.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.api.EspalierException;
import org.espalier.api.ParameterGroup;
import org.espalier.api.Stage;
import org.espalier.api.TrainSettings;

/** The learning rate of each parameter at each step of a stage. */
final class StageRates {
  private final TrainSettings settings;
  private final Map<String, Integer> groups;

  private StageRates(TrainSettings settings, Map<String, Integer> groups) {
    this.settings = settings;
    this.groups = groups;
  }

  /**
   * Finds the group of each parameter: the first that has it.
   *
   * @param trained names of the parameters that the stage trains
   * @param newBlocks the blocks that the growth before the stage added
   * @throws EspalierException if a group has no parameter
   */
  static StageRates of(
      Stage stage, TrainableModel model, Set<String> trained, Set<Integer> newBlocks) {
    Map<String, Integer> groups = new HashMap<>();
    List<ParameterGroup> asked = stage.train().groups();
    for (int i = 0; i < asked.size(); i++) {
      int before = groups.size();
      for (String name : model.chosenBy(asked.get(i).parameters(), newBlocks)) {
        if (trained.contains(name)) {
          groups.putIfAbsent(name, i);
        }
      }
      if (groups.size() == before) {
        throw new EspalierException(
            "groups[%d] of stage '%s' (include %s, exclude %s) has none of the %d parameters that the stage trains and no earlier group has; change its selectors, or leave it out"
                .formatted(
                    i,
                    stage.name(),
                    asked.get(i).parameters().include(),
                    asked.get(i).parameters().exclude(),
                    trained.size()));
      }
    }
    return new StageRates(stage.train(), groups);
  }

  /** Returns the rate of parameters without a group at a step, counted from 1. */
  double stage(long step) {
    return settings.optimizer().learningRate(step, settings.steps());
  }

  /** Returns the rate of each group at a step. */
  List<Double> groups(long step) {
    return settings.groups().stream()
        .map(group -> group.learningRate(settings.optimizer(), step, settings.steps()))
        .toList();
  }

  /** Returns the rates of {@code parameters} at a step, in their order. */
  double[] of(List<ModelVariable> parameters, long step) {
    double stage = stage(step);
    List<Double> own = groups(step);
    return parameters.stream()
        .map(parameter -> groups.get(parameter.name()))
        .mapToDouble(group -> group == null ? stage : own.get(group))
        .toArray();
  }

  /** Returns the names of the parameters whose slots start at zero. */
  Set<String> rewarmed() {
    Set<String> names = new TreeSet<>();
    groups.forEach(
        (name, group) -> {
          if (settings.groups().get(group).rewarm().isPresent()) {
            names.add(name);
          }
        });
    return names;
  }
}
