package org.espalier.tf.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelRecordTest {
  @TempDir private Path model;

  @Test
  void aModelMayHaveNone() {
    assertThat(ModelRecord.read(model)).isEmpty();
  }

  /** Whatever is wrong with it, the file is named, once, and what to do. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "{\"spec\": {}, \"lineage\": {}}",
        "{\"spec\": {\"format\": 9}, \"lineage\": {}}"
      })
  void sayWhichFileIsDamaged(String json) throws IOException {
    Path file = model.resolve(ModelRecord.FILE);
    Files.createDirectories(file.getParent());
    Files.writeString(file, json);
    assertThatThrownBy(() -> ModelRecord.read(model))
        .isInstanceOf(EspalierException.class)
        .message()
        .startsWith(file + " is damaged (")
        .endsWith("); remove it to have the model recognised anew")
        .containsOnlyOnce("damaged")
        .doesNotContain("\n");
  }
}
