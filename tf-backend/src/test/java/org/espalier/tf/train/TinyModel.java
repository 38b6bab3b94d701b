package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * A small language model, written as other exporters do: {@code ResourceGather}, {@code Erfc},
 * {@code IdentityN}, stateful dropout.
 *
 * <p>Token table, then blocks x ← norm(x + dropout(gelu(x·kernel + bias))), then logits x·tableᵀ.
 */
final class TinyModel {
  private final DataType dtype;
  private final int vocabulary;
  private final int width;
  private final int blocks;
  private final double dropout;
  private String activation = "";
  private final GraphEdit graph = new GraphEdit(GraphDef.getDefaultInstance());
  private final Map<String, List<Long>> variables = new LinkedHashMap<>();
  private final Map<String, String> handles = new LinkedHashMap<>();

  TinyModel(DataType dtype, int vocabulary, int width, int blocks, double dropout) {
    this.dtype = dtype;
    this.vocabulary = vocabulary;
    this.width = width;
    this.blocks = blocks;
    this.dropout = dropout;
  }

  /** Puts another op behind the gelu of each block. */
  TinyModel withActivation(String op) {
    activation = op;
    return this;
  }

  Set<String> names() {
    return variables().stream().map(ModelVariable::name).collect(Collectors.toSet());
  }

  List<ModelVariable> variables() {
    forward();
    List<ModelVariable> list = new ArrayList<>();
    variables.forEach(
        (name, shape) ->
            list.add(
                new ModelVariable(
                    name, dtype, shape, List.of(name + "/.ATTRIBUTES/VARIABLE_VALUE"))));
    return list;
  }

  ForwardFunction forward() {
    variables.clear();
    handles.clear();
    graph.keepAncestorsOf(List.of());
    NodeDef.Builder tokens = graph.add("Placeholder", "tokens");
    tokens.putAttr("dtype", GraphEdit.type(DataType.DT_INT32));
    tokens.putAttr("shape", GraphEdit.shape(List.of(-1L, -1L)));
    String table = variable("table", vocabulary, width);
    NodeDef.Builder gather = graph.add("ResourceGather", "embed", table, "tokens");
    gather.putAttr("dtype", GraphEdit.type(dtype));
    gather.putAttr("Tindices", GraphEdit.type(DataType.DT_INT32));
    String x = "embed";
    for (int i = 0; i < blocks; i++) {
      x = block("block/" + i, x);
    }
    NodeDef.Builder logits =
        graph.add("BatchMatMulV2", "logits", x, read("head_table", table)).putAttr("T", type());
    logits.putAttr("adj_y", GraphEdit.flag(true));
    NodeDef.Builder both = graph.add("IdentityN", "outputs", "logits", "embed");
    both.putAttr("T", GraphEdit.types(dtype, dtype));
    return new ForwardFunction(
        graph.toGraphDef(), handles, Map.of(InputRole.TOKENS, "tokens"), "outputs:0");
  }

  private String block(String name, String x) {
    String kernel = read(name + "/read_kernel", variable(name + "/kernel", width, width));
    String bias = read(name + "/read_bias", variable(name + "/bias", width));
    String product = op("BatchMatMulV2", name + "/product", x, kernel);
    String hidden = op("AddV2", name + "/hidden", product, bias);
    // gelu(h) = h/2 · erfc(−h/√2)
    String scaled = op("Mul", name + "/scaled", hidden, number(name + "/r", -Math.sqrt(0.5)));
    String erfc = op("Erfc", name + "/erfc", scaled);
    String half = op("Mul", name + "/half", hidden, number(name + "/h", 0.5));
    String gelu = op("Mul", name + "/gelu", half, erfc);
    if (!activation.isEmpty()) {
      gelu = op(activation, name + "/activation", gelu);
    }
    String sum = op("AddV2", name + "/sum", x, dropout > 0 ? dropped(name, gelu) : gelu);
    String scale = read(name + "/read_scale", variable(name + "/scale", width));
    String square = op("Square", name + "/square", sum);
    String mean = mean(name + "/mean", square);
    String positive = op("AddV2", name + "/positive", mean, number(name + "/epsilon", 1e-6));
    String normed = op("Mul", name + "/normed", sum, op("Rsqrt", name + "/rsqrt", positive));
    return op("Mul", name + "/output", normed, scale);
  }

  private String dropped(String name, String x) {
    NodeDef.Builder shape = graph.add("Shape", name + "/shape", x).putAttr("T", type());
    NodeDef.Builder uniform = graph.add("RandomUniform", name + "/uniform", shape.getName());
    uniform.putAttr("dtype", type()).putAttr("T", GraphEdit.type(DataType.DT_INT32));
    String kept =
        op("GreaterEqual", name + "/kept", uniform.getName(), number(name + "/rate", dropout));
    String scaled = op("Mul", name + "/up", x, number(name + "/keep", 1 / (1 - dropout)));
    return op("SelectV2", name + "/dropped", kept, scaled, number(name + "/zero", 0));
  }

  private String mean(String name, String x) {
    String axis =
        graph.constant(
            name + "/axis",
            TensorProto.newBuilder().setDtype(DataType.DT_INT32).addIntVal(-1),
            List.of(1L));
    NodeDef.Builder node = graph.add("Mean", name, x, axis).putAttr("T", type());
    node.putAttr("Tidx", GraphEdit.type(DataType.DT_INT32));
    return node.putAttr("keep_dims", GraphEdit.flag(true)).getName();
  }

  private String op(String op, String name, String... inputs) {
    return graph.add(op, name, inputs).putAttr("T", type()).getName();
  }

  private String number(String name, double value) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(dtype);
    return graph.constant(
        name,
        dtype == DataType.DT_DOUBLE
            ? tensor.addDoubleVal(value)
            : tensor.addFloatVal((float) value),
        List.of());
  }

  private String variable(String name, long... shape) {
    String node = name + "/handle";
    graph.add("Placeholder", node).putAttr("dtype", GraphEdit.type(DataType.DT_RESOURCE));
    variables.put(name, Arrays.stream(shape).boxed().toList());
    handles.put(node, name);
    return node;
  }

  private String read(String name, String handle) {
    return graph.add("ReadVariableOp", name, handle).putAttr("dtype", type()).getName();
  }

  private AttrValue type() {
    return GraphEdit.type(dtype);
  }
}
