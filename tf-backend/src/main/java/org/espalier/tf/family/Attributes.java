package org.espalier.tf.family;

import com.google.protobuf.ByteString;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Values of node attributes. */
final class Attributes {
  /** The size of an axis that is known only at run time. */
  static final long DYNAMIC = -1;

  /** Almost every node names a type. */
  private static final Map<DataType, AttrValue> TYPES = types();

  private Attributes() {}

  static AttrValue type(DataType type) {
    return TYPES.get(type);
  }

  private static Map<DataType, AttrValue> types() {
    Map<DataType, AttrValue> types = new EnumMap<>(DataType.class);
    for (DataType type : DataType.values()) {
      if (type != DataType.UNRECOGNIZED) {
        types.put(type, AttrValue.newBuilder().setType(type).build());
      }
    }
    return types;
  }

  static AttrValue types(List<DataType> types) {
    return list(AttrValue.ListValue.newBuilder().addAllType(types));
  }

  static AttrValue shapes(List<TensorShapeProto> shapes) {
    return list(AttrValue.ListValue.newBuilder().addAllShape(shapes));
  }

  private static AttrValue list(AttrValue.ListValue.Builder list) {
    return AttrValue.newBuilder().setList(list).build();
  }

  static AttrValue integer(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  static AttrValue integers(List<Long> values) {
    return list(AttrValue.ListValue.newBuilder().addAllI(values));
  }

  static AttrValue truth(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }

  static AttrValue text(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  static AttrValue shape(TensorShapeProto shape) {
    return AttrValue.newBuilder().setShape(shape).build();
  }

  static AttrValue tensor(TensorProto tensor) {
    return AttrValue.newBuilder().setTensor(tensor).build();
  }

  static AttrValue function(String name) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(name)).build();
  }

  static TensorShapeProto shapeOf(List<Long> sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    sizes.forEach(size -> shape.addDimBuilder().setSize(size));
    return shape.build();
  }

  static TensorProto integers(int... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT32)
            .setTensorShape(shapeOf(List.of((long) values.length)));
    for (int value : values) {
      tensor.addIntVal(value);
    }
    return tensor.build();
  }

  static TensorProto scalar(int value) {
    return TensorProto.newBuilder()
        .setDtype(DataType.DT_INT32)
        .setTensorShape(TensorShapeProto.getDefaultInstance())
        .addIntVal(value)
        .build();
  }

  static TensorProto scalar(DataType type, double value) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(type)
            .setTensorShape(TensorShapeProto.getDefaultInstance());
    if (type == DataType.DT_DOUBLE) {
      tensor.addDoubleVal(value);
    } else {
      tensor.addFloatVal((float) value);
    }
    return tensor.build();
  }

  static TensorProto text(ByteString value) {
    return TensorProto.newBuilder()
        .setDtype(DataType.DT_STRING)
        .setTensorShape(TensorShapeProto.getDefaultInstance())
        .addStringVal(value)
        .build();
  }

  static TensorProto texts(List<String> values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(shapeOf(List.of((long) values.size())));
    values.forEach(value -> tensor.addStringVal(ByteString.copyFromUtf8(value)));
    return tensor.build();
  }
}
