package org.espalier.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.api.Axis;
import org.espalier.api.DType;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;

/** Gathers the parameters of a spec. */
final class SpecBuilder {
  private final Map<String, Integer> sizes;
  private final DType dtype;
  private final List<Parameter> parameters = new ArrayList<>();

  SpecBuilder(Map<String, Integer> sizes, DType dtype) {
    this.sizes = sizes;
    this.dtype = dtype;
  }

  void outside(String path, String role, Axis... axes) {
    add(path, Parameter.OUTSIDE, role, axes);
  }

  void table(String path, String role, String rows) {
    outside(path, role, Axis.neither(rows), Axis.out("residual"));
  }

  void opaqueRows(String path, String role, int rows) {
    parameters.add(
        new Parameter(
            path,
            Parameter.OUTSIDE,
            role,
            dtype,
            List.of((long) rows, (long) sizes.get("residual")),
            List.of(Axis.opaque(), Axis.out("residual")),
            true));
  }

  void dense(String path, String role, Axis in, Axis out) {
    dense(path, Parameter.OUTSIDE, role, in, out);
  }

  void norm(String path, String role, Axis axis) {
    norm(path, Parameter.OUTSIDE, role, axis);
  }

  void blocks(String stack, int count) {
    String path = stack + Parameter.BLOCK;
    for (int block = 0; block < count; block++) {
      for (String projection : List.of("query", "key", "value")) {
        dense(
            path + "/attention/" + projection,
            block,
            "attention." + projection,
            Axis.in("residual"),
            Axis.out("heads", "head_size"));
      }
      dense(
          path + "/attention/output",
          block,
          "attention.output",
          Axis.in("heads", "head_size"),
          Axis.out("residual"));
      norm(path + "/attention/norm", block, "attention.norm", Axis.out("residual"));
      dense(path + "/ffn/input", block, "ffn.input", Axis.in("residual"), Axis.out("ffn"));
      dense(path + "/ffn/output", block, "ffn.output", Axis.in("ffn"), Axis.out("residual"));
      norm(path + "/ffn/norm", block, "ffn.norm", Axis.out("residual"));
    }
  }

  private void dense(String path, int block, String role, Axis in, Axis out) {
    add(path + "/kernel", block, role + ".kernel", in, out);
    add(path + "/bias", block, role + ".bias", out);
  }

  private void norm(String path, int block, String role, Axis axis) {
    add(path + "/scale", block, role + ".scale", axis);
    add(path + "/offset", block, role + ".offset", axis);
  }

  private void add(String pattern, int block, String role, Axis... axes) {
    List<Long> shape = Arrays.stream(axes).map(axis -> axis.size(sizes)).toList();
    parameters.add(new Parameter(pattern, block, role, dtype, shape, List.of(axes), true));
  }

  ModelSpec build(String family, int blocks, ModelAttributes attributes) {
    return new ModelSpec(family, blocks, sizes, parameters, attributes);
  }
}
