package org.espalier.tf.train;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * Where a session runs and with how many threads.
 *
 * <p>TensorFlow makes its pool of intra-op threads once a process, so the first session decides.
 *
 * @param device {@code cpu} or {@code gpu:N}
 * @param intraThreads threads within an operation; 0 for one a processor
 * @param interThreads operations that run at once; 0 for one a processor
 */
public record DeviceSettings(String device, int intraThreads, int interThreads) {
  /** The processor, all of it. */
  public static final DeviceSettings CPU = new DeviceSettings("cpu", 0, 0);

  private static final Pattern GPU = Pattern.compile("gpu:(\\d{1,3})");

  /** Checks the device's name and the numbers. */
  public DeviceSettings {
    if (!device.equals("cpu") && !GPU.matcher(device).matches()) {
      throw new EspalierException(
          "There is no device '%s'; write cpu, or gpu:N with N from 0".formatted(device));
    }
    if (intraThreads < 0 || interThreads < 0) {
      throw new EspalierException(
          "Threads are %d and %d; they must be at least 0, which means one a processor"
              .formatted(intraThreads, interThreads));
    }
  }

  /** Returns these settings with each 0 replaced by the number of processors. */
  public DeviceSettings resolved() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new DeviceSettings(
        device,
        intraThreads == 0 ? processors : intraThreads,
        interThreads == 0 ? processors : interThreads);
  }

  /** Returns the session's configuration: one device, GPU memory taken as needed. */
  public ConfigProto config() {
    DeviceSettings settings = resolved();
    ConfigProto.Builder config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(settings.intraThreads)
            .setInterOpParallelismThreads(settings.interThreads)
            .setAllowSoftPlacement(true);
    Matcher gpu = GPU.matcher(device);
    if (gpu.matches()) {
      config.setGpuOptions(
          GPUOptions.newBuilder().setAllowGrowth(true).setVisibleDeviceList(gpu.group(1)));
    } else {
      config.putDeviceCount("GPU", 0);
    }
    return config.build();
  }
}
