package org.espalier.tf.train;

import java.util.List;
import org.tensorflow.proto.DataType;

/**
 * Dropout with its mask kept: y = x ∘ mask, ∂x = ∂y ∘ mask.
 *
 * @param mask 0 or 1/(1 − rate), of x's shape and type
 */
record Dropout(String site, TensorRef argument, DataType dtype, String mask) implements Formula {
  @Override
  public String id() {
    return "dropout";
  }

  @Override
  public List<String> extras() {
    return List.of(mask);
  }

  @Override
  public Dropout with(DataType dtype, List<String> extras) {
    return new Dropout(site, argument, dtype, extras.get(0));
  }

  @Override
  public boolean worthCompiling() {
    return false;
  }

  @Override
  public String forward(PassWriter pass, String x, List<String> extras) {
    return pass.multiply(x, extras.get(0));
  }

  @Override
  public String backward(PassWriter pass, String x, String dy, List<String> extras) {
    return pass.multiply(dy, extras.get(0));
  }
}
