package org.espalier.tf.train;

import java.util.List;
import org.espalier.api.EspalierException;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** Finds out whether TensorFlow has the device that was asked for, which it would else ignore. */
final class DeviceCheck {
  private DeviceCheck() {}

  /**
   * Runs one operation on the device.
   *
   * @throws EspalierException if TensorFlow doesn't have it
   */
  static void require(DeviceSettings settings) {
    if (settings.device().equals("cpu")) {
      return;
    }
    GraphEdit nodes = new GraphEdit(GraphDef.getDefaultInstance());
    // Fed, since TensorFlow would fold a constant on the processor.
    nodes
        .add("Placeholder", "fed")
        .putAttr("dtype", GraphEdit.type(DataType.DT_FLOAT))
        .putAttr("shape", GraphEdit.shape(List.of()));
    nodes
        .add("Square", "probe", "fed")
        .putAttr("T", GraphEdit.type(DataType.DT_FLOAT))
        .setDevice("/device:GPU:0");
    try (Graph graph = new Graph()) {
      graph.importGraphDef(nodes.toGraphDef());
      try (Session session =
              new Session(
                  graph, settings.config().toBuilder().setAllowSoftPlacement(false).build());
          TFloat32 value = TFloat32.scalarOf(1)) {
        session.runner().feed("fed", value).fetch("probe").run().close();
      }
    } catch (TensorFlowException | IllegalStateException | IllegalArgumentException e) {
      throw new EspalierException(
          ("TensorFlow finds no device %s; build with -Pgpu where CUDA 12.5 and cuDNN 9 are on"
                  + " LD_LIBRARY_PATH, or use cpu (%s)")
              .formatted(settings.device(), Failure.firstLine(e)),
          e);
    }
  }
}
