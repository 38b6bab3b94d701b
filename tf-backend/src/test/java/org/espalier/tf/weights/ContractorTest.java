package org.espalier.tf.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.espalier.api.AxisMap;
import org.espalier.api.DType;
import org.espalier.api.HostTensor;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.bundle.VerifiedTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractorTest {
  @TempDir private Path directory;

  @Test
  void anyRangeEqualsThatPartOfTheWhole() throws Exception {
    for (int seed = 0; seed < 60; seed++) {
      RandomRules draw = new RandomRules(seed, 0);
      List<AxisMap> maps =
          draw.shape(7).stream().map(size -> draw.map(Math.toIntExact(size))).toList();
      List<Long> shape = maps.stream().map(map -> (long) map.oldSize()).toList();
      double[] values = new Random(seed).doubles(count(shape)).toArray();
      HostTensor source = HostTensor.of(DType.FLOAT64, shape, values);
      int elements = count(maps.stream().map(map -> (long) map.newSize()).toList());
      Path prefix = directory.resolve("source" + seed);
      try (BundleReader reader = StoredTensors.write(prefix, Map.of("s", source)).bundle()) {
        VerifiedTensor tensor = reader.tensor("key/s");
        double[] whole = range(tensor, maps, 0, elements);
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
          int from = random.nextInt(elements);
          int to = from + 1 + random.nextInt(elements - from);

          assertThat(range(tensor, maps, from, to))
              .as("seed %d, elements %d to %d of %d", seed, from, to, elements)
              .isEqualTo(Arrays.copyOfRange(whole, from, to));
        }
      }
    }
  }

  private static double[] range(VerifiedTensor tensor, List<AxisMap> maps, int from, int to)
      throws Exception {
    double[] result = new double[to - from];
    new Contractor(CompiledAxis.of(tensor.entry().shape(), maps), new ElementCursor(tensor))
        .compute(from, to, result);
    return result;
  }

  private static int count(List<Long> shape) {
    return Math.toIntExact(shape.stream().reduce(1L, (a, b) -> a * b));
  }
}
