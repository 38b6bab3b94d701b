package org.espalier.tf;

import java.util.Arrays;
import java.util.Collection;
import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.SeededRandom;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Seeded inputs that several models take alike: token ids, masks and types, or images.
 *
 * @param vocabulary the smallest of the models' vocabularies; empty where one has none
 * @param length tokens a sequence
 */
record SampleInputs(OptionalInt vocabulary, int length) {
  /** How many sequences or images there are. */
  static final int COUNT = 4;

  private static final int LONGEST = 64;
  private static final long SEED = 20_210_813;
  private static final int IMAGE_RANK = 4;

  /** Four images of 1024 by 1024 in four channels. */
  private static final int MOST_NUMBERS = 1 << 24;

  /** Makes the inputs of models that are to be compared. */
  static SampleInputs of(Collection<ModelSpec> models) {
    int length = LONGEST;
    int vocabulary = Integer.MAX_VALUE;
    for (ModelSpec model : models) {
      length = Math.min(length, model.dimensions().getOrDefault("positions", LONGEST));
      vocabulary = Math.min(vocabulary, model.dimensions().getOrDefault("vocabulary", 0));
    }
    return new SampleInputs(
        vocabulary > 0 ? OptionalInt.of(vocabulary) : OptionalInt.empty(), length);
  }

  /**
   * Returns the tensor for an input; the caller closes it.
   *
   * @throws EspalierException if nothing is known to fit it
   */
  Tensor tensor(String name, TensorInfo info) {
    return switch (info.getDtype()) {
      case DT_INT32 -> TInt32.tensorOf(Shape.of(COUNT, length), DataBuffers.of(tokens(name)));
      case DT_INT64 ->
          TInt64.tensorOf(
              Shape.of(COUNT, length),
              DataBuffers.of(Arrays.stream(tokens(name)).asLongStream().toArray()));
      case DT_FLOAT, DT_DOUBLE -> image(name, info);
      default -> throw refused(name, info);
    };
  }

  /**
   * Checks that an input of ids does not choose from fewer rows than it is fed.
   *
   * @param rows of the table that its values are looked up in
   * @throws EspalierException if it does
   */
  void check(String name, long rows) {
    int largest = Arrays.stream(tokens(name)).max().orElse(0);
    if (largest >= rows) {
      throw new EspalierException(
          "Input '%s' looks up its values in a table of %d rows, and %d would be fed; the signature names its inputs wrongly, or the vocabulary is not that of the model"
              .formatted(name, rows, largest));
    }
  }

  /** Token ids are random; a mask is 1 everywhere but at the end of the last sequence. */
  private int[] tokens(String name) {
    int[] values = new int[COUNT * length];
    if (name.contains("mask")) {
      Arrays.fill(values, 1);
      Arrays.fill(values, values.length - length / 4, values.length, 0);
    } else if (!name.contains("type")) {
      int ids =
          vocabulary.orElseThrow(
              () ->
                  new EspalierException(
                      "No inputs can be made up for '%s': a model has no known vocabulary"
                          .formatted(name)));
      SeededRandom random = SeededRandom.of(SEED);
      Arrays.setAll(values, i -> random.below(i, ids));
    }
    return values;
  }

  /** Standard normal pixels, of the size that the signature says. */
  private static Tensor image(String name, TensorInfo info) {
    TensorShapeProto shape = info.getTensorShape();
    long[] sizes = shape.getDimList().stream().mapToLong(TensorShapeProto.Dim::getSize).toArray();
    if (sizes.length != IMAGE_RANK || Arrays.stream(sizes).skip(1).anyMatch(size -> size < 1)) {
      throw refused(name, info);
    }
    sizes[0] = COUNT;
    int elements = 1;
    for (long size : sizes) {
      if (size > MOST_NUMBERS / elements) {
        throw refused(name, info);
      }
      elements *= (int) size;
    }
    SeededRandom random = SeededRandom.of(SEED);
    double[] values = new double[elements];
    Arrays.setAll(values, random::normal);
    if (info.getDtype() == DataType.DT_DOUBLE) {
      return TFloat64.tensorOf(Shape.of(sizes), DataBuffers.of(values));
    }
    float[] single = new float[elements];
    for (int i = 0; i < elements; i++) {
      single[i] = (float) values[i];
    }
    return TFloat32.tensorOf(Shape.of(sizes), DataBuffers.of(single));
  }

  private static EspalierException refused(String name, TensorInfo info) {
    return new EspalierException(
        "Input '%s' takes %s of rank %d; only models that take token ids or images of a fixed size can be compared"
            .formatted(name, info.getDtype(), info.getTensorShape().getDimCount()));
  }
}
