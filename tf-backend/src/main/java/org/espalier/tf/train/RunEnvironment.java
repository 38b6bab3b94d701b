package org.espalier.tf.train;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.TensorFlow;

/**
 * What the bits of a training run depend on beside its inputs.
 *
 * @param espalier version of this library, which decides how a step is written
 * @param tensorflow version of the native library
 * @param cpu the processor's name
 * @param device where the session runs
 * @param intraThreads threads within an operation
 * @param interThreads operations that run at once
 * @param oneDnn the variable {@code TF_ENABLE_ONEDNN_OPTS}, or {@code default}
 * @param xla the variable {@code TF_XLA_FLAGS}, or {@code default}
 */
public record RunEnvironment(
    String espalier,
    String tensorflow,
    String cpu,
    String device,
    int intraThreads,
    int interThreads,
    String oneDnn,
    String xla) {

  /** Returns the environment of this process. */
  public static RunEnvironment current(DeviceSettings device) {
    DeviceSettings resolved = device.resolved();
    return new RunEnvironment(
        version(),
        TensorFlow.version(),
        cpuName(),
        resolved.device(),
        resolved.intraThreads(),
        resolved.interThreads(),
        variable("TF_ENABLE_ONEDNN_OPTS"),
        variable("TF_XLA_FLAGS"));
  }

  /** Returns what differs from {@code other}, each as text; empty if nothing does. */
  public List<String> differences(RunEnvironment other) {
    List<String> differences = new ArrayList<>();
    compare(differences, "Espalier", espalier, other.espalier);
    compare(differences, "TensorFlow", tensorflow, other.tensorflow);
    compare(differences, "CPU", cpu, other.cpu);
    compare(differences, "device", device, other.device);
    compare(differences, "intra-op threads", intraThreads, other.intraThreads);
    compare(differences, "inter-op threads", interThreads, other.interThreads);
    compare(differences, "TF_ENABLE_ONEDNN_OPTS", oneDnn, other.oneDnn);
    compare(differences, "TF_XLA_FLAGS", xla, other.xla);
    return differences;
  }

  private static String version() {
    String version = RunEnvironment.class.getPackage().getImplementationVersion();
    if (version != null) {
      return version;
    }
    ModuleDescriptor module = RunEnvironment.class.getModule().getDescriptor();
    return Optional.ofNullable(module).flatMap(ModuleDescriptor::rawVersion).orElse("unknown");
  }

  private static void compare(List<String> differences, String what, Object mine, Object other) {
    if (!Objects.equals(mine, other)) {
      differences.add(what + " was " + mine + ", is " + other);
    }
  }

  private static String variable(String name) {
    String value = System.getenv(name);
    return value == null ? "default" : value;
  }

  private static String cpuName() {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try (Stream<String> lines = Files.lines(info)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      } catch (IOException e) {
        // Falls through: the architecture is what is known then.
      }
    }
    return System.getProperty("os.arch");
  }
}
