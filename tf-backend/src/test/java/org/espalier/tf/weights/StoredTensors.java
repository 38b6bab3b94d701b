package org.espalier.tf.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.espalier.api.HostTensor;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.bundle.BundleWriter;

/** Brings tensors from memory to checkpoints and back. */
final class StoredTensors {
  private StoredTensors() {}

  /** Writes a checkpoint whose keys are the tensors' names after {@code key/}. */
  static SourceTensors write(Path prefix, Map<String, HostTensor> tensors) {
    BundleWriter writer = BundleWriter.create(prefix);
    tensors.forEach(
        (name, tensor) ->
            writer.add(
                "key/" + name,
                ElementTypes.of(tensor.dtype()),
                tensor.shape(),
                (offset, target) -> {
                  byte[] bytes = bytes(tensor);
                  target.put(bytes, (int) offset, target.remaining());
                }));
    writer.write(1, bytes -> {});
    return new SourceTensors(
        BundleReader.open(prefix),
        tensors.keySet().stream()
            .collect(Collectors.toMap(Function.identity(), name -> "key/" + name)));
  }

  /** Reads every tensor of a checkpoint. */
  static Map<String, HostTensor> read(Path prefix) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    try (BundleReader reader = BundleReader.open(prefix)) {
      reader
          .entries()
          .forEach(
              (key, entry) -> {
                double[] values = new double[(int) entry.elements()];
                Elements.decode(
                    ElementTypes.of(entry),
                    ByteBuffer.wrap(reader.readBytes(key)).order(ByteOrder.LITTLE_ENDIAN),
                    values,
                    0,
                    values.length);
                tensors.put(key, HostTensor.of(ElementTypes.of(entry), entry.shape(), values));
              });
    }
    return tensors;
  }

  private static byte[] bytes(HostTensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(tensor.elements() * tensor.dtype().bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    Elements.encode(tensor.dtype(), tensor.values(), tensor.elements(), bytes);
    return bytes.array();
  }
}
