package org.espalier.tf.graph;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.OpDef;

/** Keeps a meta graph's list of the ops it uses complete. */
final class StrippedOps {
  private StrippedOps() {}

  static void complete(MetaGraphDef.Builder metaGraph) {
    Map<String, OpDef> ops = new TreeMap<>();
    metaGraph
        .getMetaInfoDef()
        .getStrippedOpList()
        .getOpList()
        .forEach(op -> ops.put(op.getName(), op));
    Set<String> used = new TreeSet<>();
    metaGraph.getGraphDef().getNodeList().forEach(node -> used.add(node.getOp()));
    for (FunctionDef function : metaGraph.getGraphDef().getLibrary().getFunctionList()) {
      function.getNodeDefList().forEach(node -> used.add(node.getOp()));
    }
    used.removeAll(ops.keySet());
    for (String op : used) {
      // Most models list all their ops, and then the catalog need not be read.
      OpCatalog.bundled().find(op).ifPresent(definition -> ops.put(op, definition));
    }
    metaGraph.getMetaInfoDefBuilder().getStrippedOpListBuilder().clearOp().addAllOp(ops.values());
  }
}
