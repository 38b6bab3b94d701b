package org.espalier.tf;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.espalier.api.DType;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.espalier.tf.weights.ElementTypes;
import org.tensorflow.proto.TensorInfo;

/**
 * One way to call a model.
 *
 * @param name such as {@code serving_default}
 * @param inputs each as {@code name: dtype [shape]}, where {@code ?} is any size
 * @param outputs likewise
 */
public record SignatureInfo(String name, List<String> inputs, List<String> outputs) {
  /** Copies the lists. */
  public SignatureInfo {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  static List<SignatureInfo> of(SavedModelDirectory model) {
    return new TreeMap<>(model.metaGraph().getSignatureDefMap())
        .entrySet().stream()
            // TensorFlow keeps its own bookkeeping among the signatures.
            .filter(entry -> !entry.getKey().startsWith("__"))
            .map(
                entry ->
                    new SignatureInfo(
                        entry.getKey(),
                        describe(entry.getValue().getInputsMap()),
                        describe(entry.getValue().getOutputsMap())))
            .toList();
  }

  private static List<String> describe(Map<String, TensorInfo> tensors) {
    return new TreeMap<>(tensors)
        .entrySet().stream().map(e -> e.getKey() + ": " + describe(e.getValue())).toList();
  }

  private static String describe(TensorInfo tensor) {
    String type =
        ElementTypes.of(tensor.getDtype())
            .map(DType::name)
            .orElse(tensor.getDtype().name().replaceFirst("^DT_", ""))
            .toLowerCase(Locale.ROOT);
    if (tensor.getTensorShape().getUnknownRank()) {
      return type + " of any shape";
    }
    return tensor.getTensorShape().getDimList().stream()
        .map(dim -> dim.getSize() < 0 ? "?" : Long.toString(dim.getSize()))
        .collect(Collectors.joining(", ", type + " [", "]"));
  }
}
