package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.tf.data.ImageStore;
import org.espalier.tf.data.NumpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Images of 5 by 6 in two channels; element (y, x, c) is 100 y + 10 x + c. */
class ImageInputTest {
  private static final int HEIGHT = 5;
  private static final int WIDTH = 6;
  private static final int CHANNELS = 2;
  private static final float[] LAST = elements(false);
  private static final float[] FIRST = elements(true);

  @TempDir private Path folder;

  private static float[] elements(boolean channelsFirst) {
    float[] elements = new float[HEIGHT * WIDTH * CHANNELS];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int c = 0; c < CHANNELS; c++) {
          int at = channelsFirst ? (c * HEIGHT + y) * WIDTH + x : (y * WIDTH + x) * CHANNELS + c;
          elements[at] = 100 * y + 10 * x + c;
        }
      }
    }
    return elements;
  }

  @Test
  void channelsGoWhereTheModelHasThem() throws IOException {
    List<Long> last = List.of(-1L, 5L, 6L, 2L);
    List<Long> first = List.of(-1L, 2L, 5L, 6L);
    assertThat(read("images", last, "(2, 5, 6, 2)", LAST)).isEqualTo(LAST);
    assertThat(read("images", first, "(2, 5, 6, 2)", LAST)).isEqualTo(FIRST);
    assertThat(read("images", last, "(2, 2, 5, 6)", FIRST)).isEqualTo(LAST);
    assertThat(read("images", first, "(2, 2, 5, 6)", FIRST)).isEqualTo(FIRST);
  }

  @Test
  void openSizesAreTakenAsTheyAreStoredButByHuggingFacesModels() throws IOException {
    List<Long> open = List.of(-1L, -1L, -1L, -1L);
    assertThat(read("images", open, "(2, 5, 6, 2)", LAST)).isEqualTo(LAST);
    assertThat(read("pixel_values", open, "(2, 5, 6, 2)", LAST)).isEqualTo(FIRST);
    assertThat(read("pixel_values", open, "(2, 2, 5, 6)", FIRST)).isEqualTo(FIRST);
  }

  @Test
  void otherSizesAreRefused() {
    assertThatThrownBy(() -> read("images", List.of(-1L, 6L, 6L, 2L), "(2, 5, 6, 2)", LAST))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("takes images of shape [6, 6, 2]")
        .hasMessageContaining("have shape [5, 6, 2]");
  }

  /** Both images of the file are the same; the one read goes behind a first element. */
  private float[] read(String name, List<Long> taken, String shape, float[] image)
      throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(2 * Float.BYTES * image.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(image).put(image);
    Path file =
        new NumpyFile()
            .with("images", "<f4", shape, bytes.array())
            .with("labels", "|u1", "(2,)", new byte[2])
            .write(folder.resolve("images.npz"));
    try (ImageStore store = ImageStore.of(List.of(file))) {
      ImageInput input = ImageInput.of(function(name, taken), store);
      assertThat(input.elements()).isEqualTo(image.length);
      float[] target = new float[1 + image.length];
      input.read(store.split(0.5).training(0), 0, target, 1);
      return Arrays.copyOfRange(target, 1, target.length);
    }
  }

  private static ForwardFunction function(String name, List<Long> shape) {
    NodeDef placeholder =
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Placeholder")
            .putAttr("shape", GraphEdit.shape(shape))
            .build();
    return new ForwardFunction(
        GraphDef.newBuilder().addNode(placeholder).build(),
        Map.of(),
        Map.of(InputRole.IMAGES, name),
        "logits:0");
  }
}
