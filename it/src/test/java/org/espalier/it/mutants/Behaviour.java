package org.espalier.it.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * What TensorFlow computes with a model.
 *
 * @param outputs the bits of each output of each signature
 * @param error why TensorFlow cannot load or run it; empty if it can
 */
record Behaviour(Map<String, String> outputs, String error) {
  private static final int ROWS = 2;
  private static final int LENGTH = 5;

  /** Models this small are run sooner than optimised. */
  private static final ConfigProto CONFIG =
      ConfigProto.newBuilder()
          .setIntraOpParallelismThreads(1)
          .setInterOpParallelismThreads(1)
          .setGraphOptions(
              GraphOptions.newBuilder()
                  .setRewriteOptions(RewriterConfig.newBuilder().setDisableMetaOptimizer(true)))
          .build();

  static Behaviour of(Path model) {
    Map<String, String> outputs = new TreeMap<>();
    try (SavedModelBundle bundle =
        SavedModelBundle.loader(model.toString())
            .withTags(tags(model))
            .withConfigProto(CONFIG)
            .load()) {
      Map<String, SignatureDef> signatures =
          new TreeMap<>(bundle.metaGraphDef().getSignatureDefMap());
      signatures.keySet().removeIf(name -> name.startsWith("__"));
      for (Map.Entry<String, SignatureDef> signature : signatures.entrySet()) {
        run(bundle, signature.getKey(), signature.getValue(), outputs);
      }
      return new Behaviour(outputs, "");
    } catch (TensorFlowException
        | IllegalArgumentException
        | IllegalStateException
        | IndexOutOfBoundsException e) {
      return new Behaviour(outputs, e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static String[] tags(Path model) {
    try {
      MetaGraphDef graph = new SavedModelFiles(model).savedModel().getMetaGraphs(0);
      return graph.getMetaInfoDef().getTagsList().toArray(new String[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean runs() {
    return error.isEmpty();
  }

  private static void run(
      SavedModelBundle bundle, String name, SignatureDef signature, Map<String, String> outputs) {
    if (signature.getOutputsCount() == 0) {
      // Legal, but a session has nothing to fetch.
      outputs.put(name, "");
      return;
    }
    Map<String, Tensor> inputs = new TreeMap<>();
    try {
      for (Map.Entry<String, TensorInfo> input : signature.getInputsMap().entrySet()) {
        inputs.put(input.getKey(), input(input.getKey(), input.getValue()));
      }
      try (Result result = bundle.function(name).call(inputs)) {
        for (String output : signature.getOutputsMap().keySet()) {
          outputs.put(name + "/" + output, bits((TType) result.get(output).orElseThrow()));
        }
      }
    } finally {
      inputs.values().forEach(Tensor::close);
    }
  }

  private static String bits(TType tensor) {
    byte[] bytes = new byte[Math.toIntExact(tensor.numBytes())];
    tensor.asRawTensor().data().read(bytes);
    return tensor.dataType() + " " + tensor.shape() + " " + HexFormat.of().formatHex(bytes);
  }

  private static Tensor input(String name, TensorInfo info) {
    long[] sizes =
        info.getTensorShape().getDimList().stream()
            .mapToLong(dim -> dim.getSize() < 0 ? LENGTH : dim.getSize())
            .toArray();
    if (sizes.length > 0) {
      sizes[0] = ROWS;
    }
    Shape shape = Shape.of(sizes);
    if (shape.size() > 1 << 20) {
      throw new IllegalArgumentException("the signature asks for an input of " + shape);
    }
    if (info.getDtype() == DataType.DT_FLOAT) {
      TFloat32 tensor = TFloat32.tensorOf(shape);
      int[] i = {0};
      tensor.scalars().forEach(scalar -> scalar.setFloat((i[0]++ % 7 - 3) * 0.5f));
      return tensor;
    }
    TInt32 tensor = TInt32.tensorOf(shape);
    int modulus = name.contains("mask") || name.contains("type") ? 2 : 31;
    int[] i = {0};
    tensor
        .scalars()
        .forEach(
            scalar -> {
              scalar.setInt(i[0] % LENGTH == 0 ? 1 : i[0] * 3 % modulus);
              i[0]++;
            });
    return tensor;
  }
}
