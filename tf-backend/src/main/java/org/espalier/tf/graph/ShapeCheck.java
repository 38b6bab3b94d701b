package org.espalier.tf.graph;

import java.util.Optional;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/** Whether the result of a block can be what the next one reads, as far as the file says. */
final class ShapeCheck {
  private final FlatIndex index;

  ShapeCheck(FlatIndex index) {
    this.index = index;
  }

  boolean mayFollow(TensorRef result, TensorRef input) {
    Optional<DataType> resultType = type(result);
    if (resultType.isEmpty() || !resultType.equals(type(input))) {
      return false;
    }
    Optional<TensorShapeProto> ours = shape(result);
    Optional<TensorShapeProto> theirs = shape(input);
    if (ours.isEmpty() || theirs.isEmpty()) {
      return true;
    }
    if (ours.get().getUnknownRank() || theirs.get().getUnknownRank()) {
      return true;
    }
    if (ours.get().getDimCount() != theirs.get().getDimCount()) {
      return false;
    }
    for (int i = 0; i < ours.get().getDimCount(); i++) {
      long one = ours.get().getDim(i).getSize();
      long other = theirs.get().getDim(i).getSize();
      if (one >= 0 && other >= 0 && one != other) {
        return false;
      }
    }
    return true;
  }

  private Optional<DataType> type(TensorRef tensor) {
    FlatNode node = index.nodes().get(tensor.node());
    if (node == null) {
      return Optional.empty();
    }
    for (String attr : new String[] {"T", "dtype", "DstT", "Tparams"}) {
      if (node.attrs().containsKey(attr)) {
        return Optional.of(node.attrs().get(attr).getType());
      }
    }
    return Optional.empty();
  }

  private Optional<TensorShapeProto> shape(TensorRef tensor) {
    FlatNode node = index.nodes().get(tensor.node());
    AttrValue shapes = node == null ? null : node.attrs().get("_output_shapes");
    return shapes != null && shapes.getList().getShapeCount() == 1
        ? Optional.of(shapes.getList().getShape(0))
        : Optional.empty();
  }
}
