package org.espalier.tf.graph;

import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Keeps a meta graph's list of the ops it uses complete. */
final class StrippedOps {
  private final OpCatalog catalog;

  StrippedOps(OpCatalog catalog) {
    this.catalog = catalog;
  }

  void complete(MetaGraphDef.Builder metaGraph) {
    Map<String, OpDef> ops = new TreeMap<>();
    metaGraph
        .getMetaInfoDef()
        .getStrippedOpList()
        .getOpList()
        .forEach(op -> ops.put(op.getName(), op));
    metaGraph.getGraphDef().getNodeList().forEach(node -> add(node, ops));
    for (FunctionDef function : metaGraph.getGraphDef().getLibrary().getFunctionList()) {
      function.getNodeDefList().forEach(node -> add(node, ops));
    }
    metaGraph.getMetaInfoDefBuilder().getStrippedOpListBuilder().clearOp().addAllOp(ops.values());
  }

  private void add(NodeDef node, Map<String, OpDef> ops) {
    if (!ops.containsKey(node.getOp())) {
      catalog.find(node.getOp()).ifPresent(op -> ops.put(node.getOp(), op));
    }
  }
}
