package org.espalier.it;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** What TensorFlow's own Java loader computes with a model, for Python to compare with. */
final class JavaLogits {
  private static final String SIGNATURE = "serving_default";
  private static final int ROWS = 2;
  private static final int LENGTH = 7;

  private JavaLogits() {}

  static Path write(Path model, Path file) throws IOException {
    JsonObject inputs = new JsonObject();
    JsonObject outputs = new JsonObject();
    try (SavedModelBundle bundle = SavedModelBundle.load(model.toString())) {
      Map<String, Tensor> fed = new HashMap<>();
      for (String name :
          bundle.metaGraphDef().getSignatureDefOrThrow(SIGNATURE).getInputsMap().keySet()) {
        int modulus = name.equals("input_ids") ? 41 : 2;
        TInt32 tensor = TInt32.tensorOf(Shape.of(ROWS, LENGTH));
        JsonArray rows = new JsonArray();
        for (int row = 0; row < ROWS; row++) {
          JsonArray values = new JsonArray();
          for (int column = 0; column < LENGTH; column++) {
            int value = column == 0 ? 1 : (row * 5 + column * 3) % modulus;
            tensor.setInt(value, row, column);
            values.add(value);
          }
          rows.add(values);
        }
        inputs.add(name, rows);
        fed.put(name, tensor);
      }
      try (Result result = bundle.function(SIGNATURE).call(fed)) {
        outputs.add("logits", array((TFloat32) result.get("logits").orElseThrow()));
      } finally {
        fed.values().forEach(Tensor::close);
      }
    }
    JsonObject all = new JsonObject();
    all.add("inputs", inputs);
    all.add("outputs", outputs);
    return Files.writeString(file, all.toString());
  }

  private static JsonArray array(TFloat32 logits) {
    JsonArray rows = new JsonArray();
    for (int row = 0; row < ROWS; row++) {
      JsonArray positions = new JsonArray();
      for (int column = 0; column < LENGTH; column++) {
        JsonArray values = new JsonArray();
        for (long id = 0; id < logits.shape().get(2); id++) {
          values.add(logits.getFloat(row, column, id));
        }
        positions.add(values);
      }
      rows.add(positions);
    }
    return rows;
  }
}
