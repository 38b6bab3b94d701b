package org.espalier.tf.family;

import java.util.List;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedObjectGraphOuterClass.FunctionSpec;
import org.tensorflow.proto.Struct.DictValue;
import org.tensorflow.proto.Struct.ListValue;
import org.tensorflow.proto.Struct.NamedTupleValue;
import org.tensorflow.proto.Struct.NoneValue;
import org.tensorflow.proto.Struct.PairValue;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.Struct.TensorSpecProto;
import org.tensorflow.proto.Struct.TupleValue;

/** Python values as SavedModels hold them: the signatures of functions. */
final class Structures {
  private static final StructuredValue NONE =
      StructuredValue.newBuilder().setNoneValue(NoneValue.getDefaultInstance()).build();

  private Structures() {}

  static StructuredValue text(String value) {
    return StructuredValue.newBuilder().setStringValue(value).build();
  }

  static StructuredValue truth(boolean value) {
    return StructuredValue.newBuilder().setBoolValue(value).build();
  }

  static StructuredValue tensor(String name, DataType type, List<Long> sizes) {
    return StructuredValue.newBuilder()
        .setTensorSpecValue(
            TensorSpecProto.newBuilder()
                .setName(name)
                .setDtype(type)
                .setShape(Attributes.shapeOf(sizes)))
        .build();
  }

  static StructuredValue tuple(List<StructuredValue> values) {
    return StructuredValue.newBuilder()
        .setTupleValue(TupleValue.newBuilder().addAllValues(values))
        .build();
  }

  static StructuredValue dictionary(List<String> keys, List<StructuredValue> values) {
    DictValue.Builder dictionary = DictValue.newBuilder();
    for (int i = 0; i < keys.size(); i++) {
      dictionary.putFields(keys.get(i), values.get(i));
    }
    return StructuredValue.newBuilder().setDictValue(dictionary).build();
  }

  /** Positional and keyword arguments of a call. */
  static StructuredValue call(StructuredValue positional, StructuredValue keywords) {
    return tuple(List.of(positional, keywords));
  }

  /**
   * The specification of a Python function without annotations.
   *
   * @param arguments names of the positional arguments
   * @param defaults default values of the last of them; may be empty
   * @param keywordOnly names of the arguments that must be named
   */
  static FunctionSpec function(
      List<String> arguments, List<StructuredValue> defaults, List<String> keywordOnly) {
    NamedTupleValue.Builder spec = NamedTupleValue.newBuilder().setName("FullArgSpec");
    spec.addValues(pair("args", texts(arguments)));
    spec.addValues(pair("varargs", NONE));
    spec.addValues(pair("varkw", NONE));
    spec.addValues(pair("defaults", defaults.isEmpty() ? NONE : tuple(defaults)));
    spec.addValues(pair("kwonlyargs", texts(keywordOnly)));
    spec.addValues(pair("kwonlydefaults", NONE));
    spec.addValues(pair("annotations", dictionary(List.of(), List.of())));
    return FunctionSpec.newBuilder()
        .setFullargspec(StructuredValue.newBuilder().setNamedTupleValue(spec))
        .setInputSignature(NONE)
        .build();
  }

  private static StructuredValue texts(List<String> values) {
    return StructuredValue.newBuilder()
        .setListValue(
            ListValue.newBuilder().addAllValues(values.stream().map(Structures::text).toList()))
        .build();
  }

  private static PairValue pair(String key, StructuredValue value) {
    return PairValue.newBuilder().setKey(key).setValue(value).build();
  }
}
