package org.espalier.tf;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Streams;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.SeededRandom;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Runs two models on the same seeded inputs and compares their logits. */
final class Comparison {
  private static final String SIGNATURE = "serving_default";
  private static final String LOGITS = "logits";
  private static final int SEQUENCES = 4;
  private static final int LONGEST = 64;
  private static final long SEED = 20_210_813;

  private final ConfigProto config;

  Comparison(ConfigProto config) {
    this.config = config;
  }

  Verification compare(Model first, Model second) {
    int length = Math.min(length(first.spec()), length(second.spec()));
    boolean images = first.spec().dimensions().containsKey("classes");
    int vocabulary = images ? 0 : Math.min(vocabulary(first), vocabulary(second));
    double[] expected = logits(first.directory(), vocabulary, length);
    double[] found = logits(second.directory(), vocabulary, length);
    if (expected.length != found.length) {
      throw new EspalierException(
          "%s gives %d logits and %s gives %d; only models of one vocabulary can be compared"
              .formatted(first.directory(), expected.length, second.directory(), found.length));
    }
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] - found[i]);
      // A NaN on either side must not look like equality.
      largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
    }
    return new Verification(largest, deviation(expected), SEQUENCES);
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Math.sqrt(
        Arrays.stream(values).map(value -> (value - mean) * (value - mean)).average().orElse(0));
  }

  private static int length(ModelSpec spec) {
    return Math.min(LONGEST, spec.dimensions().getOrDefault("positions", LONGEST));
  }

  private static int vocabulary(Model model) {
    Integer size = model.spec().dimensions().get("vocabulary");
    if (size == null) {
      throw new EspalierException(
          model.directory()
              + " has no known vocabulary, so no inputs can be made up for it; only models that"
              + " take token ids can be compared");
    }
    return size;
  }

  private double[] logits(Path directory, int vocabulary, int length) {
    try (SavedModelBundle bundle =
        SavedModelBundle.loader(directory.toString())
            .withTags(SavedModelBundle.DEFAULT_TAG)
            .withConfigProto(config)
            .load()) {
      SignatureDef signature = bundle.metaGraphDef().getSignatureDefMap().get(SIGNATURE);
      if (signature == null) {
        throw new EspalierException(
            directory + " has no signature " + SIGNATURE + ", so it cannot be run");
      }
      Map<String, Tensor> inputs = new TreeMap<>();
      try {
        for (Map.Entry<String, TensorInfo> input : signature.getInputsMap().entrySet()) {
          inputs.put(input.getKey(), input(input.getKey(), input.getValue(), vocabulary, length));
        }
        try (Result result = bundle.function(SIGNATURE).call(ImmutableMap.copyOf(inputs))) {
          return numbers(directory, result);
        }
      } finally {
        inputs.values().forEach(Tensor::close);
      }
    }
  }

  /** Pixels and token ids are random; a mask is 1 but at the end of the last sequence. */
  private static Tensor input(String name, TensorInfo info, int vocabulary, int length) {
    if (vocabulary == 0) {
      return pixels(name, info);
    }
    int[] values = new int[SEQUENCES * length];
    if (name.contains("mask")) {
      Arrays.fill(values, 1);
      Arrays.fill(values, values.length - length / 4, values.length, 0);
    } else if (!name.contains("type")) {
      SeededRandom random = SeededRandom.of(SEED);
      Arrays.setAll(values, i -> random.below(i, vocabulary));
    }
    Shape shape = Shape.of(SEQUENCES, length);
    if (info.getDtype() == DataType.DT_INT32) {
      return TInt32.tensorOf(shape, DataBuffers.of(values));
    } else if (info.getDtype() == DataType.DT_INT64) {
      return TInt64.tensorOf(shape, DataBuffers.of(Arrays.stream(values).asLongStream().toArray()));
    }
    throw new EspalierException(
        "Input '%s' takes %s, not token ids; only models that take token ids can be compared"
            .formatted(name, info.getDtype()));
  }

  /** Standard normal numbers, as images are that were normalised. */
  private static Tensor pixels(String name, TensorInfo info) {
    long[] sizes =
        info.getTensorShape().getDimList().stream()
            .mapToLong(dim -> dim.getSize() < 0 ? SEQUENCES : dim.getSize())
            .toArray();
    long count = Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    SeededRandom random = SeededRandom.of(SEED);
    double[] values = new double[Math.toIntExact(count)];
    Arrays.setAll(values, random::normal);
    if (info.getDtype() == DataType.DT_DOUBLE) {
      return TFloat64.tensorOf(Shape.of(sizes), DataBuffers.of(values));
    } else if (info.getDtype() == DataType.DT_FLOAT) {
      float[] floats = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        floats[i] = (float) values[i];
      }
      return TFloat32.tensorOf(Shape.of(sizes), DataBuffers.of(floats));
    }
    throw new EspalierException(
        "Input '%s' takes %s, not pixels of float32 or float64; the model cannot be compared"
            .formatted(name, info.getDtype()));
  }

  private static double[] numbers(Path directory, Result result) {
    boolean named = result.containsKey(LOGITS);
    List<Tensor> floating =
        Streams.stream(result)
            .filter(output -> output.getKey().equals(LOGITS) || !named)
            .map(Map.Entry::getValue)
            .filter(tensor -> tensor instanceof TFloat32 || tensor instanceof TFloat64)
            .toList();
    if (floating.size() != 1) {
      throw new EspalierException(
          directory
              + " gives "
              + floating.size()
              + " outputs of float32 or float64; a model with one, its logits, can be compared");
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
