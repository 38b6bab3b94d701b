package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelRequest;
import org.espalier.api.Objective;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.SeededRandom;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.data.ImageStore;
import org.espalier.tf.data.NumpyFile;
import org.espalier.tf.data.TokenStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vision transformer learns where the bright corner of an image is. */
class ImageTrainingTest {
  private static final int COUNT = 160;
  private static final int SIZE = 8;
  private static final int STEPS = 150;
  private static final Map<String, String> SIZES =
      Map.of(
          "blocks",
          "2",
          "residual",
          "16",
          "heads",
          "2",
          "image",
          "8",
          "patch",
          "4",
          "channels",
          "1",
          "classes",
          "4",
          "dropout",
          "0");

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void model() {
    model = folder.resolve("model");
    Espalier.init(new ModelRequest("vit", SIZES), 0, model);
  }

  @Test
  void learnsAndGivesTheSameBitsAgain() throws IOException {
    try (ImageStore images = ImageStore.of(List.of(file("(%d, 8, 8, 1)", 4)))) {
      Evaluation before = evaluate(model, images);
      RunResult trained = train(images, "trained");
      Evaluation after = evaluate(trained.model(), images);
      assertThat(before.accuracy()).isLessThan(0.7);
      assertThat(after.accuracy()).isGreaterThan(0.9);
      assertThat(after.loss()).isEqualTo(trained.heldOutLoss()).isLessThan(before.loss() / 2);
      assertThat(after.predictions()).isEqualTo(COUNT / 20);
      RunResult again = train(images, "again");
      assertThat(again.heldOutLoss()).isEqualTo(trained.heldOutLoss());
      assertThat(again.model().resolve("variables/variables.data-00000-of-00001"))
          .hasSameBinaryContentAs(
              trained.model().resolve("variables/variables.data-00000-of-00001"));
    }
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    refused(file("(%d, 4, 16, 1)", 4), "takes images of shape [8, 8, 1]");
    refused(file("(%d, 8, 8, 1)", 5), "tells 4 classes apart");
    try (Corpus words = TokenStore.of(SampleText.write(folder))) {
      assertThatThrownBy(() -> evaluate(model, words))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("needs labelled images");
    }
  }

  private void refused(Path file, String message) {
    try (ImageStore images = ImageStore.of(List.of(file))) {
      assertThatThrownBy(() -> train(images, "refused"))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining(message);
    }
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  private RunResult train(Corpus images, String name) {
    return Espalier.train(
        model, images, settings(), 1, folder.resolve(name), RunOptions.standard());
  }

  private static Evaluation evaluate(Path model, Corpus images) {
    return Espalier.evaluate(model, images, settings(), ModelCall.BY_CONVENTION, Device.CPU);
  }

  private static TrainSettings settings() {
    return new TrainSettings(
        Objective.CLASSIFICATION,
        STEPS,
        16,
        0,
        OptimizerSettings.adamW(5e-3, 0, 8),
        TrainableSet.ALL,
        STEPS,
        10,
        0);
  }

  /** Grey noise with one bright corner, whose number is the label. */
  private Path file(String shape, int corners) throws IOException {
    SeededRandom random = SeededRandom.of(5);
    byte[] pixels = new byte[COUNT * SIZE * SIZE];
    byte[] labels = new byte[COUNT];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.below(i, 128);
    }
    for (int i = 0; i < COUNT; i++) {
      labels[i] = (byte) (i % corners);
      int corner = i % 4;
      int at = i * SIZE * SIZE + corner / 2 * 4 * SIZE + corner % 2 * 4;
      for (int j = 0; j < 16; j++) {
        pixels[at + j / 4 * SIZE + j % 4] = (byte) 255;
      }
    }
    return new NumpyFile()
        .with("images", "|u1", shape.formatted(COUNT), pixels)
        .with("labels", "|u1", "(%d,)".formatted(COUNT), labels)
        .write(Files.createTempFile(folder, "images", ".npz"));
  }
}
