package org.espalier.tf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageStoreTest {
  @TempDir Path folder;

  @Test
  void bytesBecomeNumbersAroundZero() throws IOException {
    byte[] pixels = {0, 51, (byte) 255, 0, (byte) 204, 1, 2, 3, 4, 5, 6, 7};
    Path file =
        new NumpyFile()
            .with("images", "|u1", "(3, 2, 2)", pixels)
            .with("labels", "|u1", "(3,)", new byte[] {4, (byte) 200, 0})
            .write(folder.resolve("a.npz"));
    try (ImageStore store = ImageStore.of(List.of(file))) {
      assertThat(store.size()).isEqualTo(3);
      assertThat(store.shape()).containsExactly(2, 2, 1);
      assertThat(store.classes()).isEqualTo(201);
      assertThat(store.label(1)).isEqualTo(200);
      float[] read = new float[6];
      store.read(0, read, 1);
      assertThat(read).containsExactly(0, -1, -0.6f, 1, -1, 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"<f4, <i8", "<f8, <i2"})
  void floatsAreReadAsTheyAre(String images, String labels) throws IOException {
    ByteBuffer pixels = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer classes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 4; i++) {
      if (images.equals("<f8")) {
        pixels.putDouble(i - 1.5);
      } else {
        pixels.putFloat(i - 1.5f);
      }
    }
    for (int i = 0; i < 2; i++) {
      if (labels.equals("<i2")) {
        classes.putShort((short) (300 * i));
      } else {
        classes.putLong(300L * i);
      }
    }
    Path file =
        new NumpyFile()
            .with("images", images, "(2, 1, 1, 2)", pixels.array())
            .with("labels", labels, "(2,)", classes.array())
            .write(folder.resolve("a.npz"));
    try (ImageStore store = ImageStore.of(List.of(file))) {
      float[] read = new float[2];
      store.read(1, read, 0);
      assertThat(read).containsExactly(0.5f, 1.5f);
      assertThat(store.label(1)).isEqualTo(300);
    }
  }

  @Test
  void filesFollowEachOther() throws IOException {
    Path first = file("first.npz", 2, 0);
    Path second = file("second.npz", 3, 50);
    try (ImageStore both = ImageStore.of(List.of(first, second));
        ImageStore one = ImageStore.of(List.of(first))) {
      assertThat(both.size()).isEqualTo(5);
      assertThat(both.fingerprint()).isNotEqualTo(one.fingerprint());
      float[] read = new float[4];
      both.read(2, read, 0);
      assertThat(read[0]).isEqualTo(50 / 127.5f - 1);
    }
  }

  @Test
  void partsShareNothingAndTrainingVisitsEachImageOnce() throws IOException {
    try (ImageStore store = ImageStore.of(List.of(file("a.npz", 40, 0)))) {
      ImageSplit split = store.split(0.2);
      ImageRows heldOut = split.heldOut(100);
      assertThat(heldOut.rows()).isEqualTo(8);
      List<Float> measured = firsts(heldOut, 0, 8);
      assertThat(measured).doesNotHaveDuplicates();
      List<Float> pass = firsts(split.training(1), 0, 32);
      assertThat(pass).doesNotHaveDuplicates().doesNotContainAnyElementsOf(measured);
      assertThat(firsts(split.training(1), 32, 32))
          .containsExactlyInAnyOrderElementsOf(pass)
          .isNotEqualTo(pass);
      assertThat(firsts(split.training(2), 0, 32)).isNotEqualTo(pass);
      assertThat(firsts(store.split(0.2).heldOut(100), 0, 8)).isEqualTo(measured);
      assertThatThrownBy(() -> store.split(0.99))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("no image to train on");
    }
  }

  private static List<Float> firsts(ImageRows rows, long from, int count) {
    return LongStream.range(from, from + count)
        .mapToObj(
            row -> {
              float[] image = new float[4];
              rows.read(row, image, 0);
              // Each image's label is the number of the image, as is its first byte.
              assertThat(rows.label(row)).isEqualTo(Math.round((image[0] + 1) * 127.5f));
              return image[0];
            })
        .toList();
  }

  /** Images of two by two, whose first byte and label count from {@code first}. */
  private Path file(String name, int count, int first) throws IOException {
    byte[] pixels = new byte[4 * count];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      pixels[4 * i] = (byte) (first + i);
      labels[i] = (byte) (first + i);
    }
    return new NumpyFile()
        .with("images", "|u1", "(%d, 2, 2, 1)".formatted(count), pixels)
        .with("labels", "|u1", "(%d,)".formatted(count), labels)
        .write(folder.resolve(name));
  }

  @Test
  void wrongFilesAreNamedWithWhatIsNeeded() throws IOException {
    byte[] four = new byte[4];
    refused(new NumpyFile().with("x", "|u1", "(1, 2, 2)", four), "no array 'images', but [x]");
    refused(images("|u1", "(1, 2, 2)").with("labels", "|u1", "(2,)", four), "one label for each");
    refused(images("|u1", "(2, 2, 2)").with("labels", "|u1", "(2,)", four), "is cut short");
    refused(images("<c8", "(1, 2, 2)").with("labels", "|u1", "(1,)", four), "type <c8: allowed");
    refused(images("|u1", "(1, 4)").with("labels", "|u1", "(1,)", four), "of shape [4]");
    refused(images("|u1", "(1, 0, 4)").with("labels", "|u1", "(1,)", four), "must be 1 or more");
    refused(images("|u1", "(1, 99999999999, 4)").with("labels", "|u1", "(1,)", four), "at most");
    refused(images("|u1", "(1, 2, 2)").with("labels", "|i1", "(1,)", new byte[] {-1}), "label -1");
    refused(
        new NumpyFile()
            .with("images", "{'descr': '|u1', 'fortran_order': True, 'shape': (1, 2, 2)}", four)
            .with("labels", "|u1", "(1,)", four),
        "Fortran order");
    Path text = Files.writeString(folder.resolve("text"), "no images, but twelve bytes and more");
    assertThatThrownBy(() -> ImageStore.of(List.of(text)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("no uncompressed TFRecord file");
    Path torn = folder.resolve("torn.npz");
    Files.write(torn, Arrays.copyOf(Files.readAllBytes(file("b.npz", 4, 0)), 90));
    assertThatThrownBy(() -> ImageStore.of(List.of(torn)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("damaged .npz");
    assertThatThrownBy(() -> ImageStore.of(List.of(folder.resolve("none"))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("there is no file");
  }

  private static NumpyFile images(String type, String shape) {
    return new NumpyFile().with("images", type, shape, new byte[4]);
  }

  private void refused(NumpyFile file, String message) throws IOException {
    Path path = file.write(folder.resolve("wrong.npz"));
    assertThatThrownBy(() -> ImageStore.of(List.of(path)))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageContaining(message);
  }
}
