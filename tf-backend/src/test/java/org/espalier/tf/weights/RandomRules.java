package org.espalier.tf.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.espalier.api.Axis;
import org.espalier.api.AxisMap;
import org.espalier.api.DType;
import org.espalier.api.HostTensor;
import org.espalier.api.Initializer;
import org.espalier.api.Parameter;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;

/** Draws parameters, rules for them and the tensors they take. */
final class RandomRules {
  private static final List<DType> FLOATING =
      List.of(DType.FLOAT32, DType.FLOAT64, DType.FLOAT16, DType.BFLOAT16);

  final Map<String, HostTensor> model = new LinkedHashMap<>();
  final Map<String, HostTensor> reference = new LinkedHashMap<>();
  final Map<String, Parameter> targets = new LinkedHashMap<>();
  final Map<String, TensorRule> rules = new LinkedHashMap<>();
  private final Random random;
  private int names;

  RandomRules(long seed, int count) {
    random = new Random(seed);
    for (int i = 0; i < count; i++) {
      Parameter target = parameter(FLOATING.get(random.nextInt(4)), shape(8));
      targets.put(target.name(), target);
      rules.put(target.name(), rule(target));
    }
  }

  private TensorRule rule(Parameter target) {
    return switch (random.nextInt(6)) {
      case 0 -> new TensorRule.Copy(source(target.dtype(), target.shape()));
      case 1 -> new TensorRule.Fill(initializer(), random.nextLong());
      case 2 ->
          new TensorRule.Compute(
              "test:blend",
              List.of(source(target.dtype(), target.shape()), randomSource()),
              Map.of("share", "0.25"),
              random.nextLong());
      default ->
          new TensorRule.Combine(
              IntStream.range(0, 1 + random.nextInt(3)).mapToObj(i -> term(target)).toList());
    };
  }

  private TensorRule.Term term(Parameter target) {
    double coefficient = random.nextBoolean() ? 1 : random.nextGaussian();
    DType dtype = FLOATING.get(random.nextInt(4));
    return switch (random.nextInt(5)) {
      case 0 -> new TensorRule.Term(randomSource(), coefficient, List.of());
      case 1 -> new TensorRule.Term(source(dtype, target.shape()), coefficient, List.of());
      default -> {
        List<AxisMap> maps =
            target.shape().stream().map(size -> map(Math.toIntExact(size))).toList();
        List<Long> shape = maps.stream().map(map -> (long) map.oldSize()).toList();
        yield new TensorRule.Term(source(dtype, shape), coefficient, maps);
      }
    };
  }

  AxisMap map(int newSize) {
    int oldSize = 1 + random.nextInt(9);
    return switch (random.nextInt(4)) {
      case 0 -> AxisMap.identity(newSize);
      case 1 ->
          AxisMap.selection(
              oldSize, IntStream.range(0, newSize).mapToObj(i -> random.nextInt(oldSize)).toList());
      default -> {
        List<List<AxisMap.Entry>> rows = new ArrayList<>();
        for (int i = 0; i < newSize; i++) {
          rows.add(
              IntStream.range(0, oldSize)
                  .filter(j -> random.nextInt(3) == 0)
                  .mapToObj(j -> new AxisMap.Entry(j, random.nextGaussian()))
                  .toList());
        }
        yield AxisMap.matrix(oldSize, rows);
      }
    };
  }

  List<Long> shape(int most) {
    return IntStream.range(0, random.nextInt(5)).mapToObj(i -> 1L + random.nextInt(most)).toList();
  }

  TensorSource source(DType dtype, List<Long> shape) {
    Parameter parameter = parameter(dtype, shape);
    HostTensor tensor = tensor(parameter);
    if (random.nextInt(4) == 0) {
      reference.put(parameter.name(), tensor);
      return new TensorSource.FromReference("other", parameter.name());
    }
    model.put(parameter.name(), tensor);
    return TensorSource.model(parameter.name());
  }

  private TensorSource randomSource() {
    return new TensorSource.Random(initializer(), random.nextLong());
  }

  private Initializer initializer() {
    return switch (random.nextInt(4)) {
      case 0 -> new Initializer.Constant(random.nextGaussian());
      case 1 -> new Initializer.Normal(1, 0.02);
      case 2 -> new Initializer.TruncatedNormal(0, 3);
      default -> new Initializer.Uniform(-1, 2);
    };
  }

  private Parameter parameter(DType dtype, List<Long> shape) {
    List<Axis> axes = shape.stream().map(size -> Axis.opaque()).toList();
    return new Parameter("p" + names++, Parameter.OUTSIDE, "test.kernel", dtype, shape, axes, true);
  }

  /** Draws values that the type can hold, some of them special. */
  private HostTensor tensor(Parameter parameter) {
    double[] values = new double[(int) parameter.elements()];
    for (int i = 0; i < values.length; i++) {
      double exact = Math.rint(random.nextGaussian() * 30) / 16;
      values[i] = random.nextInt(20) == 0 ? -0.0 : exact;
    }
    return HostTensor.of(parameter.dtype(), parameter.shape(), values);
  }
}
