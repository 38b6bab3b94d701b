package org.espalier.tf;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.espalier.api.Axis;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.espalier.tf.graph.ModelVariable;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.weights.ElementTypes;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The variables of a SavedModel as parameters, and where its checkpoint holds their values.
 *
 * @param parameters by name, in the order of the object graph; roles and axes may not be known
 * @param numbers the variable of each parameter, by the parameter's name
 * @param others variables that are no numbers, such as strings; they are only copied
 */
record Variables(
    Map<String, Parameter> parameters,
    Map<String, ModelVariable> numbers,
    List<ModelVariable> others) {
  private static final int UNKNOWN_NODE = -1;

  /** Copies the collections. */
  Variables {
    parameters = ImmutableMap.copyOf(parameters);
    numbers = ImmutableMap.copyOf(numbers);
    others = ImmutableList.copyOf(others);
  }

  /** Sorts the variables of a model. */
  static Variables of(List<ModelVariable> all) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    Map<String, ModelVariable> numbers = new LinkedHashMap<>();
    List<ModelVariable> others = new ArrayList<>();
    for (ModelVariable variable : all) {
      Optional<DType> dtype = ElementTypes.of(variable.type());
      if (dtype.isEmpty()) {
        others.add(variable);
        continue;
      }
      Parameter parameter = parameter(variable, dtype.get());
      parameters.put(parameter.name(), parameter);
      numbers.put(parameter.name(), variable);
    }
    return new Variables(parameters, numbers, others);
  }

  /**
   * Returns the checkpoint keys of a parameter's value: more than one where an exporter stored it
   * twice.
   */
  List<String> keys(String parameter) {
    return numbers.get(parameter).keys();
  }

  /** Returns the variables of a model that our builder made; their nodes are not known. */
  static Variables of(ModelSpec spec) {
    Map<String, ModelVariable> numbers = new LinkedHashMap<>();
    spec.parameters().forEach(parameter -> numbers.put(parameter.name(), built(parameter)));
    return new Variables(spec.parametersByName(), numbers, List.of());
  }

  private static ModelVariable built(Parameter parameter) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    parameter.shape().forEach(size -> shape.addDimBuilder().setSize(size));
    return new ModelVariable(
        UNKNOWN_NODE,
        parameter.name(),
        parameter.name(),
        List.of(CheckpointGraph.keyOf(parameter.name())),
        ElementTypes.of(parameter.dtype()),
        shape.build(),
        parameter.trainable(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Parameter parameter(ModelVariable variable, DType dtype) {
    List<Long> shape = shape(variable.shape(), variable.path());
    return new Parameter(
        variable.pattern().orElse(variable.path()),
        variable.block().orElse(Parameter.OUTSIDE),
        Roles.UNKNOWN,
        dtype,
        shape,
        shape.stream().map(size -> Axis.opaque()).toList(),
        variable.trainable());
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
