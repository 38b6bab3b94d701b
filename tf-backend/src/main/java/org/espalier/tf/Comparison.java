package org.espalier.tf;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Streams;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.tf.train.Failure;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Runs two models on the same seeded inputs and compares their logits. */
final class Comparison {
  private static final String SIGNATURE = "serving_default";

  /** What a model calls its logits where it gives more. */
  private static final String LOGITS = "logits";

  private final ConfigProto config;

  Comparison(ConfigProto config) {
    this.config = config;
  }

  Verification compare(Model first, Model second) {
    SampleInputs samples = SampleInputs.of(List.of(first.spec(), second.spec()));
    double[] expected = logits(first, samples);
    double[] found = logits(second, samples);
    if (expected.length != found.length) {
      throw new EspalierException(
          "%s gives %d logits and %s gives %d; only models of one vocabulary or number of classes can be compared"
              .formatted(first.directory(), expected.length, second.directory(), found.length));
    }
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] - found[i]);
      // A NaN on either side must not look like equality.
      largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
    }
    return new Verification(largest, deviation(expected), SampleInputs.COUNT);
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Math.sqrt(
        Arrays.stream(values).map(value -> (value - mean) * (value - mean)).average().orElse(0));
  }

  private double[] logits(Model model, SampleInputs samples) {
    Path directory = model.directory();
    SignatureDef signature = model.savedModel().metaGraph().getSignatureDefMap().get(SIGNATURE);
    if (signature == null) {
      throw new EspalierException(
          directory + " has no signature " + SIGNATURE + ", so it cannot be run");
    }
    new SignatureTables(model.savedModel()).rows(signature).forEach(samples::check);
    Map<String, Tensor> inputs = new TreeMap<>();
    try {
      for (Map.Entry<String, TensorInfo> input : signature.getInputsMap().entrySet()) {
        inputs.put(input.getKey(), samples.tensor(input.getKey(), input.getValue()));
      }
      return logits(directory, ImmutableMap.copyOf(inputs));
    } catch (TensorFlowException | IllegalArgumentException | IllegalStateException e) {
      throw new EspalierException(
          "TensorFlow cannot run %s: %s".formatted(directory, Failure.firstLine(e)), e);
    } finally {
      inputs.values().forEach(Tensor::close);
    }
  }

  private double[] logits(Path directory, Map<String, Tensor> inputs) {
    try (SavedModelBundle bundle =
            SavedModelBundle.loader(directory.toString())
                .withTags(SavedModelBundle.DEFAULT_TAG)
                .withConfigProto(config)
                .load();
        Result result = bundle.function(SIGNATURE).call(inputs)) {
      return numbers(directory, result);
    }
  }

  private static double[] numbers(Path directory, Result result) {
    boolean named = Streams.stream(result).anyMatch(output -> output.getKey().equals(LOGITS));
    List<Tensor> floating =
        Streams.stream(result)
            .filter(output -> !named || output.getKey().equals(LOGITS))
            .map(Map.Entry::getValue)
            .filter(tensor -> tensor instanceof TFloat32 || tensor instanceof TFloat64)
            .toList();
    if (floating.size() != 1) {
      throw new EspalierException(
          directory
              + " gives "
              + floating.size()
              + " outputs of float32 or float64; a model with one, or with one called 'logits', can be compared");
    }
    double[] numbers = new double[Math.toIntExact(floating.get(0).size())];
    if (floating.get(0) instanceof TFloat32 single) {
      float[] values = new float[numbers.length];
      single.asRawTensor().data().asFloats().read(values);
      Arrays.setAll(numbers, i -> values[i]);
    } else {
      floating.get(0).asRawTensor().data().asDoubles().read(numbers);
    }
    return numbers;
  }
}
