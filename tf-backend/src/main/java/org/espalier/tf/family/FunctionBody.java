package org.espalier.tf.family;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Collects the arguments, nodes and results of one function. Not thread-safe. */
final class FunctionBody {
  private static final String INPUT_SHAPES = "_input_shapes";

  private final FunctionDef.Builder function = FunctionDef.newBuilder();
  private final List<TensorShapeProto> inputShapes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Handles handles;

  // Blocks are alike: a few shapes and constants stand at thousands of nodes.
  private final Map<List<Long>, AttrValue> shapes = new HashMap<>();
  private final Map<Object, AttrValue> constants = new HashMap<>();

  /**
   * Starts a function.
   *
   * @param handles the arguments that hold variables, shared with other functions of the model
   */
  FunctionBody(String name, Handles handles) {
    this.handles = handles;
    function.getSignatureBuilder().setName(name).setIsStateful(true);
    function.putAttr("_construction_context", Attributes.text("kEagerRuntime"));
  }

  /** Adds an argument that holds a tensor of {@code sizes}. */
  Value argument(String name, DataType type, List<Long> sizes) {
    TensorShapeProto shape = Attributes.shapeOf(sizes);
    FunctionDef.ArgAttrs attributes =
        FunctionDef.ArgAttrs.newBuilder()
            .putAttr("_output_shapes", Attributes.shapes(List.of(shape)))
            .putAttr("_user_specified_name", Attributes.text(name))
            .build();
    OpDef.ArgDef argument = OpDef.ArgDef.newBuilder().setName(name).setType(type).build();
    return add(argument, shape, attributes, sizes);
  }

  /** Adds an argument that holds the handle of a variable. */
  Value variable(FamilyVariable variable) {
    Handles.Argument argument = handles.of(variable);
    return add(
        argument.definition(),
        TensorShapeProto.getDefaultInstance(),
        argument.attributes(),
        variable.parameter().shape());
  }

  /** Returns the attribute that says the shape of a node's one result. */
  AttrValue shape(List<Long> sizes) {
    return shapes.computeIfAbsent(
        sizes, absent -> Attributes.shapes(List.of(Attributes.shapeOf(sizes))));
  }

  /**
   * Returns the value of a constant.
   *
   * @param key equal only for equal values
   */
  AttrValue constant(Object key, Supplier<TensorProto> value) {
    return constants.computeIfAbsent(key, absent -> Attributes.tensor(value.get()));
  }

  private Value add(
      OpDef.ArgDef argument,
      TensorShapeProto shape,
      FunctionDef.ArgAttrs attributes,
      List<Long> sizes) {
    requireNew(argument.getName());
    int index = function.getSignature().getInputArgCount();
    function.getSignatureBuilder().addInputArg(argument);
    function.putArgAttr(index, attributes);
    inputShapes.add(shape);
    return new Value(argument.getName(), argument.getType(), sizes);
  }

  /** Adds a node and returns its name. */
  String node(String name, String op, List<String> inputs, Map<String, AttrValue> attributes) {
    requireNew(name);
    function.addNodeDef(
        NodeDef.newBuilder()
            .setName(name)
            .setOp(op)
            .addAllInput(inputs)
            .putAllAttr(attributes)
            .build());
    return name;
  }

  private void requireNew(String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("the function has a '" + name + "' already");
    }
  }

  /** Makes each of {@code values} a result of the function, by its name. */
  FunctionDef returning(Map<String, Value> values) {
    values.forEach(
        (name, value) -> {
          function
              .getSignatureBuilder()
              .addOutputArg(OpDef.ArgDef.newBuilder().setName(name).setType(value.type()));
          function.putRet(name, value.reference());
        });
    function.putAttr(INPUT_SHAPES, Attributes.shapes(inputShapes));
    return function.build();
  }
}
