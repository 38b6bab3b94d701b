package org.espalier.tf.weights;

import java.io.IOException;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.api.HostTensor;
import org.espalier.tf.bundle.BundleEntry;
import org.espalier.tf.bundle.BundleReader;

/**
 * The tensors of one model, or one slot of its parameters, in a checkpoint.
 *
 * @param bundle the checkpoint, which stays the caller's
 * @param keys the checkpoint key of each parameter, by the parameter's name
 */
public record SourceTensors(BundleReader bundle, Map<String, String> keys) {
  /** Copies the keys. */
  public SourceTensors {
    keys = Map.copyOf(keys);
  }

  /** Returns the entry of a parameter that the rule of {@code target} takes. */
  BundleEntry entry(String parameter, String target) {
    String key = keys.get(parameter);
    if (key == null) {
      throw new EspalierException(
          String.format(
              "'%s' is made of '%s', for which checkpoint %s has no key",
              target, parameter, bundle.prefix()));
    }
    return bundle.entry(key);
  }

  /**
   * Returns the values of a parameter, brought into memory whole.
   *
   * @throws EspalierException if it is not in the checkpoint or is too large for an array
   */
  public HostTensor read(String parameter) {
    try {
      return WholeTensor.of(bundle.tensor(entry(parameter, parameter).key()));
    } catch (IOException e) {
      throw new EspalierException(
          "Cannot read '%s' of %s: %s".formatted(parameter, bundle.prefix(), e.getMessage()), e);
    }
  }
}
