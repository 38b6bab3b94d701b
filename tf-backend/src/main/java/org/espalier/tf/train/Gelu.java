package org.espalier.tf.train;

import java.util.List;
import org.tensorflow.proto.DataType;

/**
 * GELU (Hendrycks and Gimpel, 2016), y = x·Φ(x), exact or with Φ approximated by tanh.
 *
 * <pre>
 *   exact:  Φ(x) = ½·(1 + erf(x/√2))              ∂x = ∂y·(Φ(x) + x·exp(−x²/2)/√(2π))
 *   tanh:   Φ(x) = ½·(1 + t), t = tanh(x·(a + b·x²)), a = √(2/π), b = 0.044715·a
 *                                                  ∂x = ∂y·(Φ(x) + ½·x·(1 − t²)·(a + 3·b·x²))
 * </pre>
 */
record Gelu(String site, TensorRef argument, DataType dtype, boolean exact) implements Formula {
  private static final double LINEAR = Math.sqrt(2 / Math.PI);
  private static final double CUBIC = 0.044715 * LINEAR;

  /** The function itself, to recognise it by. */
  static double exact(double x) {
    return x * (0.5 + 0.5 * Erf.of(x * Math.sqrt(0.5)));
  }

  /** The approximation, to recognise it by. */
  static double tanh(double x) {
    return x * (0.5 + 0.5 * Math.tanh(x * (LINEAR + CUBIC * x * x)));
  }

  @Override
  public String id() {
    return exact ? "gelu" : "gelu_tanh";
  }

  @Override
  public List<String> extras() {
    return List.of();
  }

  @Override
  public Gelu with(DataType dtype, List<String> extras) {
    return new Gelu(site, argument, dtype, exact);
  }

  @Override
  public boolean worthCompiling() {
    return true;
  }

  @Override
  public String forward(PassWriter pass, String x, List<String> extras) {
    return pass.multiply(x, phi(pass, exact ? erf(pass, x) : tanh(pass, x)));
  }

  @Override
  public String backward(PassWriter pass, String x, String dy, List<String> extras) {
    String inner = exact ? erf(pass, x) : tanh(pass, x);
    String slope = exact ? density(pass, x) : tanhSlope(pass, x, inner);
    return pass.multiply(dy, pass.add(phi(pass, inner), pass.multiply(x, slope)));
  }

  private static String phi(PassWriter pass, String inner) {
    return pass.add(pass.multiply(inner, 0.5), 0.5);
  }

  private static String erf(PassWriter pass, String x) {
    return pass.unary("Erf", pass.multiply(x, Math.sqrt(0.5)));
  }

  private static String tanh(PassWriter pass, String x) {
    String inner = pass.add(pass.multiply(pass.unary("Square", x), CUBIC), LINEAR);
    return pass.unary("Tanh", pass.multiply(x, inner));
  }

  private static String density(PassWriter pass, String x) {
    String power = pass.multiply(pass.unary("Square", x), -0.5);
    return pass.multiply(pass.unary("Exp", power), 1 / Math.sqrt(2 * Math.PI));
  }

  private static String tanhSlope(PassWriter pass, String x, String tanh) {
    String halfSech = pass.add(pass.multiply(pass.unary("Square", tanh), -0.5), 0.5);
    String inner = pass.add(pass.multiply(pass.unary("Square", x), 3 * CUBIC), LINEAR);
    return pass.multiply(halfSech, inner);
  }
}
