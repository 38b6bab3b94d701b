package org.espalier.tf.family;

import java.util.IdentityHashMap;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.ResourceHandleProto;

/** The arguments by which the functions of a model take its variables: the same in each. */
final class Handles {
  private final IdentityHashMap<FamilyVariable, Argument> arguments = new IdentityHashMap<>();

  /** An argument and what is said of it. */
  record Argument(OpDef.ArgDef definition, FunctionDef.ArgAttrs attributes) {}

  /** Returns the argument that holds the handle of a variable. */
  Argument of(FamilyVariable variable) {
    return arguments.computeIfAbsent(variable, Handles::argument);
  }

  private static Argument argument(FamilyVariable variable) {
    OpDef.ArgDef.Builder argument =
        OpDef.ArgDef.newBuilder().setName(variable.argument()).setType(DataType.DT_RESOURCE);
    argument.addHandleData(
        ResourceHandleProto.DtypeAndShape.newBuilder()
            .setDtype(Types.of(variable.parameter().dtype()))
            .setShape(Attributes.shapeOf(variable.parameter().shape())));
    FunctionDef.ArgAttrs attributes =
        FunctionDef.ArgAttrs.newBuilder()
            .putAttr("_user_specified_name", Attributes.text(variable.name()))
            .build();
    return new Argument(argument.build(), attributes);
  }
}
