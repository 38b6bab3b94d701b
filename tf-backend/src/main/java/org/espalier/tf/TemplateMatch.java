package org.espalier.tf;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;

/**
 * Which of a template's parameters stands for which of a plan's.
 *
 * <p>Integers of unknown role are state, such as the seeds of Keras's dropout layers: who is
 * matched by neither role nor name counts neither as missing nor as surplus.
 *
 * @param found the template's parameters by the name of the plan's
 * @param missing names of the plan's that the template lacks
 * @param surplus names of the template's that the plan lacks
 */
record TemplateMatch(Map<String, Parameter> found, Set<String> missing, Set<String> surplus) {
  /** Copies the collections. */
  TemplateMatch {
    found = ImmutableMap.copyOf(found);
    missing = ImmutableSet.copyOf(missing);
    surplus = ImmutableSet.copyOf(surplus);
  }

  /**
   * Matches parameters that have the same place.
   *
   * @param place what tells a model's parameters apart; where two share one, both are left over
   */
  static TemplateMatch of(ModelSpec template, ModelSpec to, Function<Parameter, String> place) {
    Map<String, Parameter> ofTemplate = places(template, place);
    Map<String, Parameter> ofPlan = places(to, place);
    Map<String, Parameter> found = new LinkedHashMap<>();
    Set<String> missing = new LinkedHashSet<>();
    Set<String> surplus = new LinkedHashSet<>();
    for (Parameter planned : to.parameters()) {
      Parameter parameter = ofTemplate.get(place.apply(planned));
      if (parameter != null && ofPlan.containsKey(place.apply(planned))) {
        found.put(planned.name(), parameter);
      } else if (!isState(planned)) {
        missing.add(planned.name());
      }
    }
    Set<Parameter> taken = new HashSet<>(found.values());
    for (Parameter parameter : template.parameters()) {
      if (!taken.contains(parameter) && !isState(parameter)) {
        surplus.add(parameter.name());
      }
    }
    return new TemplateMatch(found, missing, surplus);
  }

  /** Returns whether nothing but state is left over. */
  boolean isWhole() {
    return missing.isEmpty() && surplus.isEmpty();
  }

  private static Map<String, Parameter> places(ModelSpec model, Function<Parameter, String> place) {
    Map<String, Parameter> places = new HashMap<>();
    Set<String> shared = new HashSet<>();
    for (Parameter parameter : model.parameters()) {
      if (places.put(place.apply(parameter), parameter) != null) {
        shared.add(place.apply(parameter));
      }
    }
    places.keySet().removeAll(shared);
    return places;
  }

  private static boolean isState(Parameter parameter) {
    return parameter.role().equals(Roles.UNKNOWN) && !parameter.dtype().isFloating();
  }
}
