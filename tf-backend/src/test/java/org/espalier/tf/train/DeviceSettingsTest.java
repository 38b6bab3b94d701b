package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.tensorflow.proto.ConfigProto;

final class DeviceSettingsTest {
  @Test
  void takeGpuMemoryAsNeeded() {
    ConfigProto config = new DeviceSettings("gpu:1", 3, 2).config();
    assertThat(config.getGpuOptions().getAllowGrowth()).isTrue();
    assertThat(config.getGpuOptions().getVisibleDeviceList()).isEqualTo("1");
    assertThat(config.getIntraOpParallelismThreads()).isEqualTo(3);
    assertThat(config.getInterOpParallelismThreads()).isEqualTo(2);
    assertThat(DeviceSettings.CPU.config().getDeviceCountOrThrow("GPU")).isZero();
  }

  @Test
  void refuseWhatIsNoDevice() {
    assertThatThrownBy(() -> new DeviceSettings("tpu", 0, 0))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("tpu");
  }

  @Test
  @DisabledIfEnvironmentVariable(named = "ESPALIER_GPU", matches = ".+")
  void refuseAGpuThatIsNotThere() {
    DeviceSettings absent = new DeviceSettings("gpu:99", 0, 0);
    assertThatThrownBy(() -> DeviceCheck.require(absent))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("no device gpu:99");
  }
}
