package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelRequest;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.SignatureDef;

class SignatureTablesTest {
  @TempDir private Path directory;

  @Test
  void tellsTheRowsThatIdsAndTypesChooseFrom() {
    assertThat(rows("bert", "vocabulary=300", "positions=16"))
        .containsOnly(Map.entry("input_ids", 300L), Map.entry("token_type_ids", 2L));
    assertThat(rows("gpt", "vocabulary=270", "positions=16"))
        .containsOnly(Map.entry("input_ids", 270L));
  }

  @Test
  void imagesChooseNoRows() {
    assertThat(rows("vit", "image=12", "patch=4", "channels=3", "classes=5")).isEmpty();
  }

  @Test
  void samplesAreCheckedAgainstTheirTable() {
    SampleInputs samples = new SampleInputs(OptionalInt.of(300), 16);
    assertThatCode(() -> samples.check("input_ids", 300)).doesNotThrowAnyException();
    assertThatThrownBy(() -> samples.check("input_ids", 200))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("'input_ids'")
        .hasMessageContaining("table of 200 rows");
    // A mask is ones, which a table of one row does not hold; types are zeros, which it does.
    assertThatThrownBy(() -> samples.check("attention_mask", 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("and 1 would be fed");
    assertThatCode(() -> samples.check("token_type_ids", 1)).doesNotThrowAnyException();
  }

  private Map<String, Long> rows(String family, String... sizes) {
    Map<String, String> settings =
        new TreeMap<>(Map.of("blocks", "2", "residual", "12", "heads", "3"));
    for (String size : sizes) {
      int equals = size.indexOf('=');
      settings.put(size.substring(0, equals), size.substring(equals + 1));
    }
    Path path = directory.resolve(family);
    Espalier.init(new ModelRequest(family, settings), 3, path);
    SavedModelDirectory model = SavedModelDirectory.read(path);
    SignatureDef signature = model.metaGraph().getSignatureDefOrThrow("serving_default");
    return new SignatureTables(model).rows(signature);
  }
}
