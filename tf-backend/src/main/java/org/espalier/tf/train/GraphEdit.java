package org.espalier.tf.train;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/**
 * A flat graph while passes change it.
 *
 * <p>Node order does not matter. Not thread-safe; works on a copy of what it is given.
 */
final class GraphEdit {
  private final Map<String, NodeDef.Builder> nodes = new LinkedHashMap<>();
  private final VersionDef versions;
  private final FunctionDefLibrary.Builder library;

  GraphEdit(GraphDef graph) {
    versions = graph.getVersions();
    library = graph.getLibrary().toBuilder();
    for (NodeDef node : graph.getNodeList()) {
      nodes.put(node.getName(), node.toBuilder());
    }
  }

  /** All nodes; the collection is a view, so take a copy to add or remove while iterating. */
  Collection<NodeDef.Builder> nodes() {
    return nodes.values();
  }

  List<NodeDef.Builder> nodesOf(Collection<String> ops) {
    return new ArrayList<>(nodes.values().stream().filter(n -> ops.contains(n.getOp())).toList());
  }

  /** Returns the node of that name, or null. */
  NodeDef.Builder node(String name) {
    return nodes.get(name);
  }

  /** Adds a node; a name that is taken gets a number appended. */
  NodeDef.Builder add(String op, String name, String... inputs) {
    String free = name;
    for (int i = 1; nodes.containsKey(free); i++) {
      free = name + "_" + i;
    }
    NodeDef.Builder node = NodeDef.newBuilder().setName(free).setOp(op);
    node.addAllInput(List.of(inputs));
    nodes.put(free, node);
    return node;
  }

  /** Adds a constant: a scalar, or a vector where {@code shape} has a size. */
  String constant(String name, TensorProto.Builder values, List<Long> shape) {
    NodeDef.Builder node = add("Const", name);
    node.putAttr("dtype", type(values.getDtype()));
    node.putAttr("value", tensor(values.setTensorShape(shape(shape).getShape()).build()));
    return node.getName();
  }

  /** Adds a constant vector of 64 bit integers. */
  String vector(String name, List<Long> values) {
    return constant(name, integers(DataType.DT_INT64, values), List.of((long) values.size()));
  }

  /** Adds a node under its own name, which is free. */
  void put(NodeDef.Builder node) {
    nodes.put(node.getName(), node);
  }

  boolean hasFunction(String name) {
    return library.getFunctionList().stream()
        .anyMatch(f -> f.getSignature().getName().equals(name));
  }

  void addFunction(FunctionDef function) {
    library.addFunction(function);
  }

  void remove(String name) {
    nodes.remove(name);
  }

  /** Makes every use of a tensor (the key) use another (the value); chains are followed. */
  void redirect(Map<TensorRef, TensorRef> uses) {
    for (NodeDef.Builder node : nodes.values()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        TensorRef used = TensorRef.parse(node.getInput(i));
        TensorRef target = follow(uses, used);
        if (!target.equals(used)) {
          node.setInput(i, target.toString());
        }
      }
    }
  }

  static TensorRef follow(Map<TensorRef, TensorRef> uses, TensorRef ref) {
    TensorRef current = ref;
    for (int hops = 0; uses.containsKey(current); hops++) {
      if (hops > uses.size()) {
        throw new EspalierException("The graph has a cycle at node '" + ref.node() + "'");
      }
      current = uses.get(current);
    }
    return current;
  }

  /** Drops all control edges, which order side effects; the caller has made sure of none. */
  void dropControlInputs() {
    for (NodeDef.Builder node : nodes.values()) {
      List<String> data = node.getInputList().stream().filter(i -> !i.startsWith("^")).toList();
      node.clearInput().addAllInput(data);
    }
  }

  /** Keeps the nodes that {@code roots} (node names) depend on, and the roots. */
  void keepAncestorsOf(Collection<String> roots) {
    Set<String> kept = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (!kept.add(name)) {
        continue;
      }
      NodeDef.Builder node = nodes.get(name);
      if (node == null) {
        throw new EspalierException("The model's graph uses a node '" + name + "' that it lacks");
      }
      node.getInputList().forEach(input -> open.push(TensorRef.parse(input).node()));
    }
    nodes.keySet().retainAll(kept);
  }

  /** Returns the nodes that {@code roots} depend on, and the roots, each after its inputs. */
  List<NodeDef.Builder> ordered(Collection<String> roots) {
    List<NodeDef.Builder> ordered = new ArrayList<>();
    Set<String> entered = new HashSet<>();
    Set<String> done = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      String name = open.peek();
      if (entered.add(name)) {
        for (String input : nodes.get(name).getInputList()) {
          String below = TensorRef.parse(input).node();
          if (!entered.contains(below)) {
            open.push(below);
          }
        }
      } else {
        open.pop();
        if (done.add(name)) {
          ordered.add(nodes.get(name));
        }
      }
    }
    return ordered;
  }

  /** Puts {@code prefix} before each node's name, except those in {@code shared}. */
  void prefix(String prefix, Set<String> shared) {
    List<NodeDef.Builder> all = new ArrayList<>(nodes.values());
    nodes.clear();
    for (NodeDef.Builder node : all) {
      if (!shared.contains(node.getName())) {
        node.setName(prefix + node.getName());
      }
      for (int i = 0; i < node.getInputCount(); i++) {
        TensorRef ref = TensorRef.parse(node.getInput(i));
        if (!shared.contains(ref.node())) {
          node.setInput(i, new TensorRef(prefix + ref.node(), ref.index()).toString());
        }
      }
      nodes.put(node.getName(), node);
    }
  }

  GraphDef toGraphDef() {
    GraphDef.Builder graph = GraphDef.newBuilder().setVersions(versions).setLibrary(library);
    nodes.values().forEach(node -> graph.addNode(node.build()));
    return graph.build();
  }

  static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  static AttrValue shape(List<Long> sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    sizes.forEach(size -> shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size)));
    return AttrValue.newBuilder().setShape(shape).build();
  }

  static AttrValue text(String text) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
  }

  static AttrValue tensor(TensorProto tensor) {
    return AttrValue.newBuilder().setTensor(tensor).build();
  }

  /** A vector, of 32 or 64 bit. */
  static TensorProto.Builder integers(DataType type, List<Long> values) {
    TensorProto.Builder vector = TensorProto.newBuilder().setDtype(type);
    if (type == DataType.DT_INT64) {
      vector.addAllInt64Val(values);
    } else {
      values.forEach(value -> vector.addIntVal(Math.toIntExact(value)));
    }
    return vector.setTensorShape(shape(List.of((long) values.size())).getShape());
  }

  static AttrValue types(DataType... types) {
    return AttrValue.newBuilder()
        .setList(AttrValue.ListValue.newBuilder().addAllType(List.of(types)))
        .build();
  }

  static AttrValue flag(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }

  static AttrValue number(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }
}
