package org.espalier.tf.family;

import static org.espalier.tf.family.Attributes.DYNAMIC;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * Adds nodes to a function under a common prefix of their names.
 *
 * <p>One method for each operation that our models use. Attributes that have TensorFlow's default
 * are left out, and shapes stand beside, as in files that Python writes.
 */
final class Scope {
  private static final List<Long> SCALAR = List.of();

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

  /** A node under construction: its operation, attributes and inputs. */
  private final class Node {
    private final String op;
    private final Map<String, AttrValue> attributes = new HashMap<>();
    private final Value[] inputs;

    Node(String op, Value... inputs) {
      this.op = op;
      this.inputs = inputs;
    }

    Node type(String attribute, DataType value) {
      attributes.put(attribute, Attributes.type(value));
      return this;
    }

    Node with(String attribute, AttrValue value) {
      attributes.put(attribute, value);
      return this;
    }

    /** Adds a truth value whose default is false. */
    Node flag(String attribute, boolean value) {
      return value ? with(attribute, Attributes.truth(true)) : this;
    }

    Value add(String name, String output, DataType outputType, List<Long> sizes) {
      attributes.put("_output_shapes", body.shape(sizes));
      List<String> references = new ArrayList<>(inputs.length);
      for (Value input : inputs) {
        references.add(input.reference());
      }
      String added = body.node(prefix + name, op, references, attributes);
      return new Value(added + ":" + output + ":0", outputType, sizes);
    }
  }

  private Value unary(String name, String op, String output, Value value) {
    return new Node(op, value)
        .type("T", value.type())
        .add(name, output, value.type(), value.sizes());
  }

  private Value binary(String name, String op, Value left, Value right) {
    return new Node(op, left, right)
        .type("T", left.type())
        .add(name, "z", left.type(), Shapes.broadcast(left.sizes(), right.sizes()));
  }

  private Value constant(String name, DataType type, AttrValue value, List<Long> sizes) {
    return new Node("Const")
        .type("dtype", type)
        .with("value", value)
        .add(name, "output", type, sizes);
  }

  /** A scalar of the model's type. */
  Value number(String name, double value) {
    AttrValue constant = body.constant(value, () -> Attributes.scalar(type, value));
    return constant(name, type, constant, SCALAR);
  }

  /** An int32 scalar. */
  Value whole(String name, int value) {
    AttrValue constant = body.constant(value, () -> Attributes.scalar(value));
    return constant(name, DataType.DT_INT32, constant, SCALAR);
  }

  /** An int32 vector. */
  Value wholes(String name, int... values) {
    AttrValue constant = body.constant(Ints.asList(values), () -> Attributes.integers(values));
    return constant(name, DataType.DT_INT32, constant, List.of((long) values.length));
  }

  Value read(String name, Value variable) {
    return new Node("ReadVariableOp", variable)
        .type("dtype", type)
        .add(name, "value", type, variable.sizes());
  }

  Value gatherRows(String name, Value variable, Value indices) {
    return new Node("ResourceGather", variable, indices)
        .type("dtype", type)
        .type("Tindices", indices.type())
        .add(name, "output", type, Shapes.gathered(indices.sizes(), variable.sizes()));
  }

  Value matMul(String name, Value left, Value right, boolean transposeRight) {
    long columns = right.fromEnd(transposeRight ? 2 : 1);
    return new Node("MatMul", left, right)
        .type("T", type)
        .flag("transpose_b", transposeRight)
        .add(name, "product", type, Shapes.withLast(left.sizes(), columns));
  }

  Value batchMatMul(String name, Value left, Value right, boolean transposeRight) {
    long columns = right.fromEnd(transposeRight ? 2 : 1);
    return new Node("BatchMatMulV2", left, right)
        .type("T", type)
        .flag("adj_y", transposeRight)
        .add(name, "output", type, Shapes.withLast(left.sizes(), columns));
  }

  Value biasAdd(String name, Value value, Value bias) {
    return new Node("BiasAdd", value, bias)
        .type("T", type)
        .add(name, "output", type, value.sizes());
  }

  Value add(String name, Value left, Value right) {
    return binary(name, "AddV2", left, right);
  }

  Value subtract(String name, Value left, Value right) {
    return binary(name, "Sub", left, right);
  }

  Value multiply(String name, Value left, Value right) {
    return binary(name, "Mul", left, right);
  }

  Value squaredDifference(String name, Value left, Value right) {
    return binary(name, "SquaredDifference", left, right);
  }

  Value square(String name, Value value) {
    return unary(name, "Square", "y", value);
  }

  Value rsqrt(String name, Value value) {
    return unary(name, "Rsqrt", "y", value);
  }

  Value erf(String name, Value value) {
    return unary(name, "Erf", "y", value);
  }

  Value tanh(String name, Value value) {
    return unary(name, "Tanh", "y", value);
  }

  Value softmax(String name, Value value) {
    return unary(name, "Softmax", "softmax", value);
  }

  Value identity(String name, Value value) {
    return unary(name, "Identity", "output", value);
  }

  /** The mean over the last axis, which stays with size 1. */
  Value mean(String name, Value value, Value lastAxis) {
    return new Node("Mean", value, lastAxis)
        .type("T", type)
        .flag("keep_dims", true)
        .add(name, "output", type, Shapes.withLast(value.sizes(), 1));
  }

  /** {@code value} in the shape that is {@code sizes} as far as it is known. */
  Value reshape(String name, Value value, Value shape, List<Long> sizes) {
    return new Node("Reshape", value, shape)
        .type("T", value.type())
        .add(name, "output", value.type(), sizes);
  }

  Value transpose(String name, Value value, int... order) {
    return new Node("Transpose", value, wholes(name + "/perm", order))
        .type("T", value.type())
        .add(name, "y", value.type(), Shapes.transposed(value.sizes(), order));
  }

  Value expandDimensions(String name, Value value, int axis) {
    return new Node("ExpandDims", value, whole(name + "/dim", axis))
        .type("T", value.type())
        .add(name, "output", value.type(), Shapes.expanded(value.sizes(), axis));
  }

  Value shape(String name, Value value) {
    return new Node("Shape", value)
        .type("T", value.type())
        .add(name, "output", DataType.DT_INT32, List.of((long) value.sizes().size()));
  }

  /** Element {@code index} of an int32 vector. */
  Value element(String name, Value vector, int index) {
    Scope parts = in(name);
    return new Node(
            "StridedSlice",
            vector,
            parts.wholes("stack", index),
            parts.wholes("stack_1", index + 1),
            parts.wholes("stack_2", 1))
        .type("T", DataType.DT_INT32)
        .type("Index", DataType.DT_INT32)
        .with("shrink_axis_mask", Attributes.integer(1))
        .add(name, "output", DataType.DT_INT32, SCALAR);
  }

  /** The first row of each matrix: [a, b, c] to [a, c]. */
  Value firstOfEach(String name, Value value) {
    Scope parts = in(name);
    return new Node(
            "StridedSlice",
            value,
            parts.wholes("stack", 0, 0),
            parts.wholes("stack_1", 0, 1),
            parts.wholes("stack_2", 1, 1))
        .type("T", value.type())
        .type("Index", DataType.DT_INT32)
        .with("begin_mask", Attributes.integer(1))
        .with("end_mask", Attributes.integer(1))
        .with("shrink_axis_mask", Attributes.integer(2))
        .add(name, "output", value.type(), List.of(value.sizes().get(0), value.sizes().get(2)));
  }

  /** {@code value}; an error where its shape at run time is another than is known of it. */
  Value ensureShape(String name, Value value) {
    return new Node("EnsureShape", value)
        .type("T", value.type())
        .with("shape", Attributes.shape(Attributes.shapeOf(value.sizes())))
        .add(name, "output", value.type(), value.sizes());
  }

  /**
   * What a filter of shape [size, size, channels, filters] makes of each piece of an image, side by
   * side without overlap: [images, side, side, filters].
   */
  Value patches(String name, Value images, Value filter) {
    long size = filter.sizes().get(0);
    List<Long> strides = List.of(1L, size, size, 1L);
    return new Node("Conv2D", images, filter)
        .type("T", type)
        .with("strides", Attributes.integers(strides))
        .with("padding", Attributes.text("VALID"))
        .add(
            name,
            "output",
            type,
            List.of(
                images.sizes().get(0),
                images.sizes().get(1) / size,
                images.sizes().get(2) / size,
                filter.fromEnd(1)));
  }

  /** {@code value} repeated to the shape that is {@code sizes} as far as it is known. */
  Value broadcastTo(String name, Value value, Value shape, List<Long> sizes) {
    return new Node("BroadcastTo", value, shape)
        .type("T", value.type())
        .add(name, "output", value.type(), sizes);
  }

  /** {@code first} and then {@code second} along an axis, in the shape of {@code sizes}. */
  Value concatenate(String name, Value first, Value second, int axis, List<Long> sizes) {
    return new Node("ConcatV2", first, second, whole(name + "/axis", axis))
        .type("T", first.type())
        .with("N", Attributes.integer(2))
        .add(name, "output", first.type(), sizes);
  }

  /** An int32 vector of scalars. */
  Value pack(String name, Value... scalars) {
    return new Node("Pack", scalars)
        .type("T", DataType.DT_INT32)
        .with("N", Attributes.integer(scalars.length))
        .add(name, "output", DataType.DT_INT32, List.of((long) scalars.length));
  }

  /** The first {@code count} rows of a matrix; an error where it has fewer. */
  Value firstRows(String name, Value matrix, Value count) {
    Scope parts = in(name);
    return new Node(
            "Slice",
            matrix,
            parts.wholes("begin", 0, 0),
            parts.pack("size", count, parts.whole("size/1", -1)))
        .type("T", matrix.type())
        .type("Index", DataType.DT_INT32)
        .add(name, "output", matrix.type(), List.of(DYNAMIC, matrix.fromEnd(1)));
  }

  /** The int32 numbers from 0 to below {@code limit}. */
  Value range(String name, Value limit) {
    Scope parts = in(name);
    return new Node("Range", parts.whole("start", 0), limit, parts.whole("delta", 1))
        .add(name, "output", DataType.DT_INT32, List.of(DYNAMIC));
  }

  /** {@code value} in the model's type. */
  Value cast(String name, Value value) {
    return new Node("Cast", value)
        .type("SrcT", value.type())
        .type("DstT", type)
        .add(name, "y", type, value.sizes());
  }

  Value greaterEqual(String name, Value left, Value right) {
    return new Node("GreaterEqual", left, right)
        .type("T", left.type())
        .add(name, "z", DataType.DT_BOOL, Shapes.broadcast(left.sizes(), right.sizes()));
  }

  /** {@code where} or {@code elsewhere}, which broadcast to the condition. */
  Value select(String name, Value condition, Value where, Value elsewhere) {
    return new Node("SelectV2", condition, where, elsewhere)
        .type("T", where.type())
        .add(name, "output", where.type(), condition.sizes());
  }

  /** Random numbers in [0, 1) of the shape of {@code like}. */
  Value randomUniform(String name, Value shape, Value like) {
    return new Node("RandomUniform", shape)
        .type("T", shape.type())
        .type("dtype", type)
        .add(name, "output", type, like.sizes());
  }

  /** Calls a function and returns its results. */
  List<Value> call(String name, String function, List<Value> arguments, List<TensorSpec> results) {
    String node =
        body.node(
            prefix + name,
            "StatefulPartitionedCall",
            arguments.stream().map(Value::reference).toList(),
            Map.of(
                "Tin", Attributes.types(arguments.stream().map(Value::type).toList()),
                "Tout", Attributes.types(results.stream().map(TensorSpec::type).toList()),
                "f", Attributes.function(function),
                "_output_shapes",
                    Attributes.shapes(
                        results.stream().map(r -> Attributes.shapeOf(r.sizes())).toList())));
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      values.add(new Value(node + ":output:" + i, results.get(i).type(), results.get(i).sizes()));
    }
    return values;
  }
}
