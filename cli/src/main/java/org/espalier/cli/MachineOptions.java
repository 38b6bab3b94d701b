package org.espalier.cli;

import java.util.Optional;
import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.espalier.tf.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How TensorFlow uses the machine. */
final class MachineOptions {
  @Option(
      names = "--device",
      paramLabel = "cpu|gpu:N",
      defaultValue = "cpu",
      converter = DeviceConverter.class,
      description = "Where TensorFlow runs; default: ${DEFAULT-VALUE}.")
  private Device device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one TensorFlow operation; default: the number of cores.")
  private Optional<Integer> threads = Optional.empty();

  /** Returns where TensorFlow runs. */
  Device device() {
    return device;
  }

  /**
   * Returns how many threads an operation takes.
   *
   * @throws IllegalArgumentException if the number is below 1
   */
  OptionalInt threads() {
    threads.ifPresent(
        n -> {
          if (n < 1) {
            throw new IllegalArgumentException("--threads is " + n + ", must be at least 1");
          }
        });
    return threads.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  /** Reads a device. */
  static final class DeviceConverter implements ITypeConverter<Device> {
    /** For picocli, which creates it. */
    DeviceConverter() {}

    @Override
    public Device convert(String text) {
      try {
        return Device.parse(text);
      } catch (EspalierException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
