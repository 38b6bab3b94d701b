package org.espalier.tf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.tf.data.RecordFile.wholes;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Feature;

class TfRecordImagesTest {
  @TempDir Path folder;

  @Test
  void encodedImagesAreDecoded() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xff0033);
    image.setRGB(1, 0, 0x00ff00);
    Path file =
        records(
            Map.of("image/encoded", bytes(png(image)), "image/class/label", wholes(3)),
            Map.of("image/encoded", bytes(png(image)), "image/class/label", wholes(1)));
    try (ImageStore store = ImageStore.of(List.of(file))) {
      assertThat(store.shape()).containsExactly(1, 2, 3);
      assertThat(store.classes()).isEqualTo(4);
      float[] read = new float[6];
      store.read(1, read, 0);
      assertThat(read).containsExactly(1, -1, 51 / 127.5f - 1, -1, 1, -1);
    }
  }

  @Test
  void greyImagesKeepTheirBytes() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(1, 0, 0, 100);
    Path file = records(Map.of("image", bytes(png(image)), "label", wholes(0)));
    try (ImageStore store = ImageStore.of(List.of(file))) {
      assertThat(store.shape()).containsExactly(1, 2, 1);
      float[] read = new float[2];
      store.read(0, read, 0);
      assertThat(read).containsExactly(-1, 100 / 127.5f - 1);
    }
  }

  @Test
  void rawImagesSayTheirShape() throws IOException {
    Path raw =
        records(
            Map.of(
                "image_raw",
                bytes(new byte[6]),
                "height",
                wholes(1),
                "width",
                wholes(2),
                "depth",
                wholes(3),
                "label",
                wholes(0)));
    Feature floats = RecordFile.reals(0.5f, -2f);
    try (ImageStore store = ImageStore.of(List.of(raw))) {
      assertThat(store.shape()).containsExactly(1, 2, 3);
    }
    Path real = records(Map.of("image", floats, "shape", wholes(1, 2, 1), "label", wholes(0)));
    try (ImageStore store = ImageStore.of(List.of(real))) {
      float[] read = new float[2];
      store.read(0, read, 0);
      assertThat(read).containsExactly(0.5f, -2);
    }
  }

  @Test
  void wrongRecordsAreNamedWithWhatIsNeeded() throws IOException {
    refused("without label", Map.of("image", bytes(new byte[4])));
    refused("without image", Map.of("picture", bytes(new byte[4]), "label", wholes(0)));
    refused(
        "and the shape",
        Map.of("image", bytes(new byte[4]), "shape", wholes(1, 2, 1), "label", wholes(0)));
    byte[] png = png(new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB));
    refused("cannot be read", Map.of("image", bytes(Arrays.copyOf(png, 40)), "label", wholes(0)));
    refused(
        "after others of",
        Map.of("image", bytes(new byte[4]), "shape", wholes(2, 2, 1), "label", wholes(0)),
        Map.of("image", bytes(new byte[4]), "shape", wholes(1, 4, 1), "label", wholes(0)));
    refused("holds no image");
  }

  @Test
  void damageIsNoticed() throws IOException {
    Path file =
        records(Map.of("image", bytes(new byte[4]), "shape", wholes(2, 2, 1), "label", wholes(0)));
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 8;
      Files.write(file, damaged);
      assertThatThrownBy(() -> ImageStore.of(List.of(file)))
          .as("byte %d", i)
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("or damaged");
    }
  }

  @SafeVarargs
  private void refused(String message, Map<String, Feature>... examples) throws IOException {
    Path file = records(examples);
    assertThatThrownBy(() -> ImageStore.of(List.of(file)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
  }

  @SafeVarargs
  private Path records(Map<String, Feature>... examples) throws IOException {
    List<Map<String, Feature>> all = new ArrayList<>();
    for (Map<String, Feature> features : examples) {
      all.add(features);
    }
    return RecordFile.write(folder.resolve("a.tfrecord"), all);
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  private static Feature bytes(byte[] value) {
    return Feature.newBuilder()
        .setBytesList(BytesList.newBuilder().addValue(ByteString.copyFrom(value)))
        .build();
  }
}
