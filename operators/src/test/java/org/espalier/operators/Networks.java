package org.espalier.operators;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.espalier.api.HostTensor;
import org.espalier.api.ModelAttributes.NormPlacement;
import org.espalier.api.ModelSpec;
import org.espalier.api.Roles;

/** What the models of {@link Architectures} compute, in float64, straight from the formulas. */
final class Networks {
  private static final int LENGTH = 3;

  private final ModelSpec spec;
  private final Map<String, HostTensor> tensors;
  private final double epsilon;

  private Networks(ModelSpec spec, Map<String, HostTensor> tensors) {
    this.spec = spec;
    this.tensors = tensors;
    this.epsilon = spec.attributes().normEpsilon().orElseThrow();
  }

  /** Returns all outputs of a model for one fixed input. */
  static double[] outputs(ModelSpec spec, Map<String, HostTensor> tensors) {
    return new Networks(spec, tensors).run();
  }

  private double[] run() {
    double[][] x = embedded();
    boolean post = spec.attributes().norm() == NormPlacement.POST;
    if (post) {
      x = norm("embeddings/norm", x);
    }
    String stack = spec.family().equals("gpt") ? "h" : "encoder";
    for (int block = 0; block < spec.blocks(); block++) {
      String path = "%s/%d/".formatted(stack, block);
      double[][] seen = post ? x : norm(path + "attention/norm", x);
      x = sum(x, attention(path, seen));
      x = post ? norm(path + "attention/norm", x) : x;
      seen = post ? x : norm(path + "ffn/norm", x);
      double[][] inner = map(dense(path + "ffn/input", seen), Networks::gelu);
      x = sum(x, dense(path + "ffn/output", inner));
      x = post ? norm(path + "ffn/norm", x) : x;
    }
    return switch (spec.family()) {
      case "bert" -> bertHead(x);
      case "gpt" -> flat(tokens(norm("final/norm", x)));
      default -> flat(dense("classifier", new double[][] {norm("final/norm", x)[0]}));
    };
  }

  private double[][] embedded() {
    double[][] position = matrix("position");
    int width = spec.dimension("residual");
    double[][] x = new double[LENGTH][width];
    for (int i = 0; i < LENGTH; i++) {
      for (int d = 0; d < width; d++) {
        double own;
        if (!spec.family().equals("vit")) {
          own = matrix("word")[(3 * i + 1) % 5][d];
        } else if (i == 0) {
          own = vector("class")[d];
        } else {
          double[][] kernel = matrix("patch/kernel");
          own = 0.3 * i * kernel[0][d] - 0.7 * kernel[1][d] + vector("patch/bias")[d];
        }
        double type = spec.family().equals("bert") ? matrix("type")[i % 2][d] : 0;
        x[i][d] = own + position[i][d] + type;
      }
    }
    return x;
  }

  private double[] bertHead(double[][] x) {
    double[][] pooled = map(dense("pooler", new double[][] {x[0]}), Math::tanh);
    double[][] classes = dense("classifier", pooled);
    double[][] head = norm("head/norm", map(dense("head/transform", x), Networks::gelu));
    double[][] logits = tokens(head);
    double[] bias = vector("head/bias");
    for (double[] row : logits) {
      Arrays.setAll(row, v -> row[v] + bias[v]);
    }
    return IntStream.concat(IntStream.of(-1), IntStream.range(0, LENGTH))
        .mapToObj(i -> i < 0 ? classes[0] : logits[i])
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private double[][] tokens(double[][] x) {
    return spec.attributes().tiedHead()
        ? product(x, transposed(matrix("word")))
        : product(x, matrix("head/kernel"));
  }

  private double[][] attention(String path, double[][] x) {
    int heads = spec.dimension("heads");
    int size = spec.dimension("head_size");
    double[][] query;
    double[][] key;
    double[][] value;
    if (spec.parameters().stream().anyMatch(p -> Roles.matches(p.role(), "attention.fused"))) {
      double[][] all = dense(path + "qkv", x);
      query = columns(all, 0, heads * size);
      key = columns(all, heads * size, heads * size);
      value = columns(all, 2 * heads * size, heads * size);
    } else {
      query = dense(path + "query", x);
      key = dense(path + "key", x);
      value = dense(path + "value", x);
    }
    double[][] context = new double[LENGTH][heads * size];
    for (int h = 0; h < heads; h++) {
      double[][] k = columns(key, h * size, size);
      double[][] scores = product(columns(query, h * size, size), transposed(k));
      for (int i = 0; i < LENGTH; i++) {
        int last = spec.attributes().causal() ? i : LENGTH - 1;
        double total = 0;
        double[] weights = new double[LENGTH];
        for (int j = 0; j <= last; j++) {
          weights[j] = Math.exp(scores[i][j] / Math.sqrt(size));
          total += weights[j];
        }
        for (int j = 0; j <= last; j++) {
          for (int d = 0; d < size; d++) {
            context[i][h * size + d] += weights[j] / total * value[j][h * size + d];
          }
        }
      }
    }
    return dense(path + "attention", context);
  }

  private double[][] norm(String path, double[][] x) {
    double[] scale = vector(path + "/scale");
    double[] offset = vector(path + "/offset");
    double[][] normed = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double[] row = x[i];
      double mean = Arrays.stream(row).average().orElseThrow();
      double variance =
          Arrays.stream(row).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      normed[i] = new double[row.length];
      Arrays.setAll(
          normed[i], d -> (row[d] - mean) / Math.sqrt(variance + epsilon) * scale[d] + offset[d]);
    }
    return normed;
  }

  private double[][] dense(String path, double[][] x) {
    double[][] y = product(x, matrix(path + "/kernel"));
    double[] bias = vector(path + "/bias");
    for (double[] row : y) {
      Arrays.setAll(row, i -> row[i] + bias[i]);
    }
    return y;
  }

  private double[] vector(String name) {
    return tensors.get(name).values();
  }

  private double[][] matrix(String name) {
    HostTensor tensor = tensors.get(name);
    int columns = Math.toIntExact(tensor.shape().get(1));
    double[] values = tensor.values();
    return IntStream.range(0, Math.toIntExact(tensor.shape().get(0)))
        .mapToObj(i -> Arrays.copyOfRange(values, i * columns, (i + 1) * columns))
        .toArray(double[][]::new);
  }

  private static double gelu(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < b[0].length; j++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  private static double[][] transposed(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }

  private static double[][] columns(double[][] a, int from, int count) {
    return Arrays.stream(a)
        .map(row -> Arrays.copyOfRange(row, from, from + count))
        .toArray(double[][]::new);
  }

  private static double[][] sum(double[][] a, double[][] b) {
    double[][] c = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      double[] left = a[i];
      double[] right = b[i];
      c[i] = new double[left.length];
      Arrays.setAll(c[i], j -> left[j] + right[j]);
    }
    return c;
  }

  private static double[][] map(double[][] a, DoubleUnaryOperator function) {
    return Arrays.stream(a)
        .map(row -> Arrays.stream(row).map(function).toArray())
        .toArray(double[][]::new);
  }

  private static double[] flat(double[][] a) {
    return Arrays.stream(a).flatMapToDouble(Arrays::stream).toArray();
  }
}
