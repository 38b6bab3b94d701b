package org.espalier.tf.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.SavedModel;

class SavedModelWriterTest {
  @TempDir Path folder;

  private SavedModelDirectory source;

  @BeforeEach
  void writeSource() throws IOException {
    Path path = Files.createDirectories(folder.resolve("source"));
    Files.write(path.resolve("saved_model.pb"), new TinyModel(2).build().toByteArray());
    for (String file :
        List.of(
            "assets/vocab.txt",
            "assets.extra/mine/note",
            "assets.extra/espalier/model.json",
            "assets.extra/tf_serving_warmup_requests",
            "fingerprint.pb",
            "keras_metadata.pb",
            "debug/saved_model_debug_info.pb")) {
      Files.createDirectories(path.resolve(file).getParent());
      Files.writeString(path.resolve(file), file);
    }
    source = SavedModelDirectory.read(path);
  }

  @Test
  void copiesAssetsButNothingStale() throws IOException {
    Path target = folder.resolve("deep/er/target");
    SavedModelWriter.write(
        source,
        target,
        source.proto(),
        staging -> Files.writeString(staging.resolve("variables/x"), "x"));
    assertThat(files(target))
        .containsExactlyInAnyOrder(
            "saved_model.pb",
            "variables/x",
            "assets/vocab.txt",
            "assets.extra/mine/note",
            "assets.extra/tf_serving_warmup_requests");
    assertThat(SavedModelDirectory.read(target).proto()).isEqualTo(source.proto());
  }

  @Test
  void leavesOutWarmUpRequestsOfOtherSignatures() throws IOException {
    SavedModel.Builder other = source.proto().toBuilder();
    other.getMetaGraphsBuilder(0).clearSignatureDef();
    Path target = folder.resolve("target");
    SavedModelWriter.write(source, target, other.build(), staging -> {});
    assertThat(files(target)).doesNotContain("assets.extra/tf_serving_warmup_requests");
  }

  @Test
  void leavesNothingBehindWhenWritingFails() throws IOException {
    Path target = folder.resolve("target");
    assertThatThrownBy(
            () ->
                SavedModelWriter.write(
                    source,
                    target,
                    source.proto(),
                    staging -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(EspalierException.class)
        .hasMessage("Cannot write " + target + ": No space left on device");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(source.path());
    }
  }

  @Test
  void refusesAnExistingTargetAndOneInsideTheSource() throws IOException {
    Path existing = Files.createDirectory(folder.resolve("existing"));
    assertThatThrownBy(() -> SavedModelWriter.checkTarget(source.path(), existing))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("exists already");
    Path link = Files.createSymbolicLink(folder.resolve("link"), source.path());
    for (Path inside : List.of(source.path().resolve("out"), link.resolve("a/b"))) {
      assertThatThrownBy(() -> SavedModelWriter.checkTarget(source.path(), inside))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("inside the model it is made from");
    }
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .toList();
    }
  }
}
