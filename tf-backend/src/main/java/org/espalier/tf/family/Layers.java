package org.espalier.tf.family;

import java.util.Map;
import org.espalier.api.ModelAttributes.Activation;

/**
 * The layers that all families are made of, on activations of shape [batch × sequence, width].
 *
 * <p>Every constant a layer needs is a node of its own scope, so that blocks share nothing but what
 * is handed to them and can be cut apart.
 */
final class Layers {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);
  private static final double TANH_CUBIC = 0.044715;

  private final FamilyOptions options;
  private final boolean training;
  private final Map<String, Value> variables;

  /**
   * Creates the layers of one function.
   *
   * @param variables the handle of each variable by object path
   */
  Layers(FamilyOptions options, boolean training, Map<String, Value> variables) {
    this.options = options;
    this.training = training;
    this.variables = variables;
  }

  FamilyOptions options() {
    return options;
  }

  /** Returns the handle of the variable at an object path. */
  Value variable(String path) {
    Value handle = variables.get(path);
    if (handle == null) {
      throw new IllegalArgumentException("the model has no variable '" + path + "'");
    }
    return handle;
  }

  /** Returns x·W + b, for the kernel and bias below {@code path}. */
  Value dense(Scope scope, String path, Value x) {
    Value kernel = scope.read("MatMul/ReadVariableOp", variable(path + "/kernel"));
    Value product = scope.matMul("MatMul", x, kernel, false);
    Value bias = scope.read("BiasAdd/ReadVariableOp", variable(path + "/bias"));
    return scope.biasAdd("BiasAdd", product, bias);
  }

  /** Returns the layer norm of each row (Ba et al., 2016), with scale and offset. */
  Value norm(Scope scope, String path, Value x) {
    Value lastAxis = scope.wholes("axis", -1);
    Value mean = scope.mean("mean", x, lastAxis);
    Value variance =
        scope.mean("variance", scope.squaredDifference("SquaredDifference", x, mean), lastAxis);
    Value epsilon = scope.number("epsilon", options.normEpsilon());
    Value inverse = scope.rsqrt("Rsqrt", scope.add("add", variance, epsilon));
    Value normed = scope.multiply("mul", scope.subtract("sub", x, mean), inverse);
    Value scale = scope.read("mul_1/ReadVariableOp", variable(path + "/scale"));
    Value scaled = scope.multiply("mul_1", normed, scale);
    Value offset = scope.read("add_1/ReadVariableOp", variable(path + "/offset"));
    return scope.add("add_1", scaled, offset);
  }

  /** Returns the options' activation of each element. */
  Value activation(Scope scope, Value x) {
    return options.activation() == Activation.GELU ? gelu(scope, x) : tanhGelu(scope, x);
  }

  /** x·Φ(x) = ½·x·(1 + erf(x/√2)) (Hendrycks and Gimpel, 2016). */
  private static Value gelu(Scope scope, Value x) {
    Value erf = scope.erf("Erf", scope.multiply("mul", x, scope.number("sqrt_half", SQRT_HALF)));
    Value twicePhi = scope.add("add", erf, scope.number("one", 1));
    Value half = scope.multiply("mul_1", x, scope.number("half", 0.5));
    return scope.multiply("mul_2", half, twicePhi);
  }

  /** ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), with the cubic as x·(a + b·x²). */
  private static Value tanhGelu(Scope scope, Value x) {
    Value slope =
        scope.add(
            "add",
            scope.multiply(
                "mul",
                scope.square("Square", x),
                scope.number("cubic", SQRT_TWO_OVER_PI * TANH_CUBIC)),
            scope.number("linear", SQRT_TWO_OVER_PI));
    Value tanh = scope.tanh("Tanh", scope.multiply("mul_1", x, slope));
    Value onePlus = scope.add("add_1", tanh, scope.number("one", 1));
    Value half = scope.multiply("mul_2", x, scope.number("half", 0.5));
    return scope.multiply("mul_3", half, onePlus);
  }

  /** Drops elements in the training function, in the form in which Python writes dropout. */
  Value dropout(Scope parent, Value x) {
    if (!training || options.dropout() == 0) {
      return x;
    }
    Scope scope = parent.in("dropout");
    double rate = options.dropout();
    Value scaled = scope.multiply("Mul", x, scope.number("Const", 1 / (1 - rate)));
    Value drawn = scope.randomUniform("random_uniform/RandomUniform", scope.shape("Shape", x), x);
    Value kept = scope.greaterEqual("GreaterEqual", drawn, scope.number("GreaterEqual/y", rate));
    return scope.select("SelectV2", kept, scaled, scope.number("Const_1", 0));
  }
}
