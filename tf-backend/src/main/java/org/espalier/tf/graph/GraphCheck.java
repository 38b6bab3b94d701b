package org.espalier.tf.graph;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorInfo;

/**
 * Checks that every node of a model is one that TensorFlow would take: attributes, inputs, types.
 *
 * <p>What is copied from a damaged model without a look would only fail where the next model is
 * loaded, or bring TensorFlow down.
 */
final class GraphCheck {
  private final Path model;
  private final OpCatalog catalog;
  private final Map<String, OpDef> functions = new HashMap<>();

  private GraphCheck(Path model, MetaGraphDef graph) {
    this.model = model;
    this.catalog = OpCatalog.bundled().with(graph.getMetaInfoDef().getStrippedOpList());
    for (FunctionDef function : graph.getGraphDef().getLibrary().getFunctionList()) {
      functions.put(function.getSignature().getName(), function.getSignature());
    }
  }

  /**
   * Checks a graph.
   *
   * @param model where it stands
   * @throws EspalierException that names the first node that is wrong
   */
  static void run(Path model, MetaGraphDef graph) {
    GraphCheck check = new GraphCheck(model, graph);
    try {
      BodyCheck body = check.body(false);
      body.nodes(graph.getGraphDef().getNodeList());
      graph
          .getSignatureDefMap()
          .forEach((name, signature) -> outputs(body, name, signature.getOutputsMap()));
    } catch (MalformedNodeException e) {
      throw check.damaged("", e);
    }
    for (FunctionDef function : graph.getGraphDef().getLibrary().getFunctionList()) {
      try {
        check.function(function);
      } catch (MalformedNodeException e) {
        throw check.damaged("in function '" + function.getSignature().getName() + "' ", e);
      }
    }
  }

  /** What TensorFlow runs by itself, under names that begin with {@code __}, gives no tensors. */
  private static void outputs(BodyCheck body, String signature, Map<String, TensorInfo> outputs) {
    if (signature.startsWith("__")) {
      return;
    }
    outputs.forEach(
        (output, info) -> {
          try {
            output(body, info);
          } catch (MalformedNodeException e) {
            throw new MalformedNodeException(
                "output '%s' of signature '%s' %s".formatted(output, signature, e.getMessage()));
          }
        });
  }

  private static void output(BodyCheck body, TensorInfo info) {
    Optional<DataType> given = info.hasName() ? body.type(info.getName()) : Optional.empty();
    boolean known = given.isPresent() && info.getDtype() != DataType.DT_INVALID;
    if (known && NodeSignature.plain(given.get()) != info.getDtype()) {
      throw new MalformedNodeException("is %s, not %s".formatted(given.get(), info.getDtype()));
    }
  }

  private BodyCheck body(boolean isFunction) {
    return new BodyCheck(catalog::find, functions, isFunction);
  }

  private void function(FunctionDef function) {
    BodyCheck body = body(true);
    function.getSignature().getInputArgList().forEach(body::argument);
    body.nodes(function.getNodeDefList());
    for (OpDef.ArgDef output : function.getSignature().getOutputArgList()) {
      Optional<DataType> given = body.type(function.getRetOrDefault(output.getName(), ""));
      boolean known = given.isPresent() && output.getType() != DataType.DT_INVALID;
      if (known && NodeSignature.plain(given.get()) != output.getType()) {
        throw new MalformedNodeException(
            "the result '%s' is %s, not %s"
                .formatted(output.getName(), given.get(), output.getType()));
      }
    }
  }

  private EspalierException damaged(String where, MalformedNodeException what) {
    return new EspalierException(
        "%s is damaged: %s%s; copy or export the model again"
            .formatted(model, where, what.getMessage()),
        what);
  }
}
