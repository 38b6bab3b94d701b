package org.espalier.tf;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.Axis;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.espalier.tf.graph.GraphVariable;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.weights.ElementTypes;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The variables of a SavedModel as parameters, and where its checkpoint holds their values.
 *
 * @param parameters by name, in the order of the object graph; roles and axes may not be known
 * @param keys for each parameter by name the checkpoint keys of its value: more than one where an
 *     exporter stored it twice
 * @param others variables that are no numbers, such as strings; they are only copied
 */
record Variables(
    Map<String, Parameter> parameters, Map<String, List<String>> keys, List<GraphVariable> others) {
  /** Copies the collections. */
  Variables {
    parameters = ImmutableMap.copyOf(parameters);
    keys = ImmutableMap.copyOf(keys);
    others = ImmutableList.copyOf(others);
  }

  /** Sorts the variables of a model. */
  static Variables of(List<GraphVariable> all) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    Map<String, List<String>> keys = new LinkedHashMap<>();
    List<GraphVariable> others = new ArrayList<>();
    for (GraphVariable variable : all) {
      Optional<DType> dtype = ElementTypes.of(variable.type());
      if (dtype.isEmpty()) {
        others.add(variable);
        continue;
      }
      Parameter parameter = parameter(variable, dtype.get());
      parameters.put(parameter.name(), parameter);
      keys.put(parameter.name(), variable.keys());
    }
    return new Variables(parameters, keys, others);
  }

  /** Returns those of some variables that are numbers, by the name of the parameter of each. */
  static Map<String, GraphVariable> named(List<GraphVariable> all) {
    Map<String, GraphVariable> named = new LinkedHashMap<>();
    for (GraphVariable variable : all) {
      ElementTypes.of(variable.type())
          .ifPresent(dtype -> named.put(parameter(variable, dtype).name(), variable));
    }
    return named;
  }

  /** Returns the checkpoint keys of a parameter's value. */
  List<String> keys(String parameter) {
    return keys.get(parameter);
  }

  /** Returns the variables of a model that our builder made. */
  static Variables of(ModelSpec spec) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    spec.parameters()
        .forEach(
            parameter ->
                keys.put(parameter.name(), List.of(CheckpointGraph.keyOf(parameter.name()))));
    return new Variables(spec.parametersByName(), keys, List.of());
  }

  private static Parameter parameter(GraphVariable variable, DType dtype) {
    List<Long> shape = shape(variable.shape(), variable.path());
    try {
      return new Parameter(
          variable.pattern().orElse(variable.path()),
          variable.block().orElse(Parameter.OUTSIDE),
          Roles.UNKNOWN,
          dtype,
          shape,
          shape.stream().map(size -> Axis.opaque()).toList(),
          variable.trainable());
    } catch (IllegalArgumentException e) {
      throw new EspalierException(
          "The model is damaged: its variable " + e.getMessage() + "; copy or export it again", e);
    }
  }

  private static List<Long> shape(TensorShapeProto proto, String name) {
    List<Long> shape = new ArrayList<>();
    proto.getDimList().forEach(dim -> shape.add(dim.getSize()));
    if (proto.getUnknownRank() || shape.contains(-1L)) {
      throw new EspalierException(
          "Variable '" + name + "' has no fixed shape, so the model cannot be grown or trained");
    }
    return shape;
  }
}
