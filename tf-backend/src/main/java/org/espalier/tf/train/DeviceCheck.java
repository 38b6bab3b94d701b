package org.espalier.tf.train;

import org.espalier.api.EspalierException;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
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
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      // Fed, since TensorFlow would fold a constant on the processor.
      Placeholder<TFloat32> fed = tf.placeholder(TFloat32.class);
      GraphOperation probe =
          graph
              .opBuilder("Identity", "probe", tf.scope())
              .addInput(fed.asOutput())
              .setDevice("/device:GPU:0")
              .build();
      try (Session session =
              new Session(
                  graph, settings.config().toBuilder().setAllowSoftPlacement(false).build());
          TFloat32 value = TFloat32.scalarOf(1)) {
        session.runner().feed(fed, value).addTarget(probe).run().close();
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
