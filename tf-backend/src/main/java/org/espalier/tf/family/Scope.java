package org.espalier.tf.family;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/**
 * Adds nodes to a function under a common prefix of their names.
 *
 * <p>One method for each operation that our models use. Attributes that have TensorFlow's default
 * are left out, as in files that Python writes.
 */
final class Scope {
  private final FunctionBody body;
  private final String prefix;
  private final DataType type;

  /**
   * Creates the outermost scope.
   *
   * @param type the type that the model computes in
   */
  Scope(FunctionBody body, DataType type) {
    this(body, "", type);
  }

  private Scope(FunctionBody body, String prefix, DataType type) {
    this.body = body;
    this.prefix = prefix;
    this.type = type;
  }

  /** Returns the scope below this one. */
  Scope in(String name) {
    return new Scope(body, prefix + name + "/", type);
  }

  /** Returns the type that the model computes in. */
  DataType type() {
    return type;
  }

  private Value node(
      String name,
      String op,
      String output,
      DataType outputType,
      List<Value> inputs,
      Map<String, AttrValue> attributes) {
    String added =
        body.node(prefix + name, op, inputs.stream().map(Value::reference).toList(), attributes);
    return new Value(added + ":" + output + ":0", outputType);
  }

  /** An operation whose only attribute is the type that operands and result share. */
  private Value typed(String name, String op, String output, Value... inputs) {
    DataType shared = inputs[0].type();
    return node(name, op, output, shared, List.of(inputs), Map.of("T", Attributes.type(shared)));
  }

  Value constant(String name, TensorProto value) {
    return node(
        name,
        "Const",
        "output",
        value.getDtype(),
        List.of(),
        Map.of("dtype", Attributes.type(value.getDtype()), "value", Attributes.tensor(value)));
  }

  /** A scalar of the model's type. */
  Value number(String name, double value) {
    return constant(name, Attributes.scalar(type, value));
  }

  /** An int32 scalar. */
  Value whole(String name, int value) {
    return constant(name, Attributes.scalar(value));
  }

  /** An int32 vector. */
  Value wholes(String name, int... values) {
    return constant(name, Attributes.integers(values));
  }

  Value read(String name, Value variable) {
    return node(
        name,
        "ReadVariableOp",
        "value",
        type,
        List.of(variable),
        Map.of("dtype", Attributes.type(type)));
  }

  Value gatherRows(String name, Value variable, Value indices) {
    return node(
        name,
        "ResourceGather",
        "output",
        type,
        List.of(variable, indices),
        Map.of("dtype", Attributes.type(type), "Tindices", Attributes.type(indices.type())));
  }

  Value matMul(String name, Value left, Value right, boolean transposeRight) {
    ImmutableMap.Builder<String, AttrValue> attributes = ImmutableMap.builder();
    attributes.put("T", Attributes.type(type));
    if (transposeRight) {
      attributes.put("transpose_b", Attributes.truth(true));
    }
    return node(name, "MatMul", "product", type, List.of(left, right), attributes.buildOrThrow());
  }

  Value batchMatMul(String name, Value left, Value right, boolean transposeRight) {
    ImmutableMap.Builder<String, AttrValue> attributes = ImmutableMap.builder();
    attributes.put("T", Attributes.type(type));
    if (transposeRight) {
      attributes.put("adj_y", Attributes.truth(true));
    }
    return node(
        name, "BatchMatMulV2", "output", type, List.of(left, right), attributes.buildOrThrow());
  }

  Value biasAdd(String name, Value value, Value bias) {
    return typed(name, "BiasAdd", "output", value, bias);
  }

  Value add(String name, Value left, Value right) {
    return typed(name, "AddV2", "z", left, right);
  }

  Value subtract(String name, Value left, Value right) {
    return typed(name, "Sub", "z", left, right);
  }

  Value multiply(String name, Value left, Value right) {
    return typed(name, "Mul", "z", left, right);
  }

  Value squaredDifference(String name, Value left, Value right) {
    return typed(name, "SquaredDifference", "z", left, right);
  }

  Value square(String name, Value value) {
    return typed(name, "Square", "y", value);
  }

  Value rsqrt(String name, Value value) {
    return typed(name, "Rsqrt", "y", value);
  }

  Value erf(String name, Value value) {
    return typed(name, "Erf", "y", value);
  }

  Value tanh(String name, Value value) {
    return typed(name, "Tanh", "y", value);
  }

  Value softmax(String name, Value value) {
    return typed(name, "Softmax", "softmax", value);
  }

  Value identity(String name, Value value) {
    return typed(name, "Identity", "output", value);
  }

  Value mean(String name, Value value, Value axes) {
    return node(
        name,
        "Mean",
        "output",
        type,
        List.of(value, axes),
        Map.of("T", Attributes.type(type), "keep_dims", Attributes.truth(true)));
  }

  Value reshape(String name, Value value, Value shape) {
    return typed(name, "Reshape", "output", value, shape);
  }

  Value transpose(String name, Value value, Value order) {
    return typed(name, "Transpose", "y", value, order);
  }

  Value expandDimensions(String name, Value value, Value axis) {
    return typed(name, "ExpandDims", "output", value, axis);
  }

  Value shape(String name, Value value) {
    return node(
        name,
        "Shape",
        "output",
        DataType.DT_INT32,
        List.of(value),
        Map.of("T", Attributes.type(value.type())));
  }

  /** Element {@code index} of an int32 vector. */
  Value element(String name, Value vector, int index) {
    Scope parts = in(name);
    return node(
        name,
        "StridedSlice",
        "output",
        DataType.DT_INT32,
        List.of(
            vector,
            parts.wholes("stack", index),
            parts.wholes("stack_1", index + 1),
            parts.wholes("stack_2", 1)),
        Map.of(
            "T", Attributes.type(DataType.DT_INT32),
            "Index", Attributes.type(DataType.DT_INT32),
            "shrink_axis_mask", Attributes.integer(1)));
  }

  /** An int32 vector of scalars. */
  Value pack(String name, Value... scalars) {
    return node(
        name,
        "Pack",
        "output",
        DataType.DT_INT32,
        List.of(scalars),
        Map.of("T", Attributes.type(DataType.DT_INT32), "N", Attributes.integer(scalars.length)));
  }

  Value slice(String name, Value value, Value begin, Value size) {
    return node(
        name,
        "Slice",
        "output",
        value.type(),
        List.of(value, begin, size),
        Map.of("T", Attributes.type(value.type()), "Index", Attributes.type(DataType.DT_INT32)));
  }

  /** The int32 numbers from {@code start} to below {@code limit}. */
  Value range(String name, Value start, Value limit, Value step) {
    return node(name, "Range", "output", DataType.DT_INT32, List.of(start, limit, step), Map.of());
  }

  Value cast(String name, Value value) {
    return node(
        name,
        "Cast",
        "y",
        type,
        List.of(value),
        Map.of("SrcT", Attributes.type(value.type()), "DstT", Attributes.type(type)));
  }

  Value greaterEqual(String name, Value left, Value right) {
    return node(
        name,
        "GreaterEqual",
        "z",
        DataType.DT_BOOL,
        List.of(left, right),
        Map.of("T", Attributes.type(left.type())));
  }

  Value select(String name, Value condition, Value where, Value elsewhere) {
    return node(
        name,
        "SelectV2",
        "output",
        where.type(),
        List.of(condition, where, elsewhere),
        Map.of("T", Attributes.type(where.type())));
  }

  Value randomUniform(String name, Value shape) {
    return node(
        name,
        "RandomUniform",
        "output",
        type,
        List.of(shape),
        Map.of("T", Attributes.type(shape.type()), "dtype", Attributes.type(type)));
  }

  /** Calls a function that returns one tensor of {@code resultType}. */
  Value call(String name, String function, DataType resultType, List<Value> arguments) {
    return node(
        name,
        "StatefulPartitionedCall",
        "output",
        resultType,
        arguments,
        Map.of(
            "Tin", Attributes.types(arguments.stream().map(Value::type).toList()),
            "Tout", Attributes.types(List.of(resultType)),
            "f", Attributes.function(function)));
  }
}
