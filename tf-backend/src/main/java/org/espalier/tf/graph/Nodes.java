package org.espalier.tf.graph;

import com.google.protobuf.ByteString;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Attribute values and the few nodes that emission makes itself. */
final class Nodes {
  private Nodes() {}

  static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  static AttrValue types(Iterable<DataType> types) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    types.forEach(list::addType);
    return AttrValue.newBuilder().setList(list).build();
  }

  static AttrValue shape(TensorShapeProto shape) {
    return AttrValue.newBuilder().setShape(shape).build();
  }

  static AttrValue integer(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  static AttrValue bool(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }

  static AttrValue string(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  static TensorShapeProto vector(int size) {
    return TensorShapeProto.newBuilder()
        .addDim(TensorShapeProto.Dim.newBuilder().setSize(size))
        .build();
  }

  /** The handle of a variable that is shared under {@code sharedName}. */
  static NodeDef handle(String name, String sharedName, SavedVariable variable) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("VarHandleOp")
        .putAttr("dtype", type(variable.getDtype()))
        .putAttr("shape", shape(variable.getShape()))
        .putAttr("shared_name", string(sharedName))
        .build();
  }

  /** A constant vector of strings, or a scalar when {@code scalar}. */
  static NodeDef strings(String name, List<ByteString> values, boolean scalar) {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(scalar ? TensorShapeProto.getDefaultInstance() : vector(values.size()))
            .addAllStringVal(values)
            .build();
    return constant(name, tensor);
  }

  static NodeDef constant(String name, TensorProto tensor) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", type(tensor.getDtype()))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }
}
