package org.espalier.tf.train;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.espalier.api.SeededRandom;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Makes random ops a pure function of (seed, step, part of the batch, site).
 *
 * <p>A site is a random op's position among all of a body's, sorted by name. Its numbers are
 * Philox's (Salmon et al., SC 2011) under a key drawn from (seed, site), with step and part in the
 * upper half of the counter, so no two sites, steps or parts share any. A session that is restored
 * in the middle of a stage therefore draws what an uninterrupted one would have drawn.
 */
final class StatelessRandom {
  /** The node that is fed two 64 bit integers: 0, and what {@link #counter} gives. */
  static final String COUNTER = "random/counter";

  private static final Map<String, String> STATELESS =
      Map.of(
          "RandomUniform", "StatelessRandomUniformV2",
          "RandomStandardNormal", "StatelessRandomNormalV2",
          "TruncatedNormal", "StatelessTruncatedNormalV2",
          "RandomUniformInt", "StatelessRandomUniformIntV2");

  private static final Set<String> UNSUPPORTED =
      Set.of(
          "Multinomial",
          "RandomGamma",
          "RandomPoisson",
          "RandomPoissonV2",
          "RandomShuffle",
          "ParameterizedTruncatedNormal",
          "StatefulUniform",
          "StatefulUniformInt",
          "StatefulUniformFullInt",
          "StatefulStandardNormalV2",
          "StatefulTruncatedNormal",
          "StatefulRandomBinomial",
          "RngReadAndSkip",
          "RngSkip");

  private static final int STEP_BITS = 40;

  private StatelessRandom() {}

  /** Returns step and part in one number; the first part's is the step. */
  static long counter(long step, int part) {
    return step + ((long) part << STEP_BITS);
  }

  /**
   * Rewrites the random ops.
   *
   * @throws EspalierException if there is one that cannot be keyed
   */
  static void apply(GraphEdit graph, long seed) {
    List<NodeDef.Builder> refused = graph.nodesOf(UNSUPPORTED);
    if (!refused.isEmpty()) {
      throw new EspalierException(
          ("The forward function draws random numbers in a way that a resumed run cannot repeat:"
                  + " %s; Espalier repeats %s")
              .formatted(
                  refused.stream()
                      .map(n -> "'" + n.getName() + "' (" + n.getOp() + ")")
                      .sorted()
                      .limit(5)
                      .collect(Collectors.joining(", ")),
                  STATELESS.keySet().stream().sorted().toList()));
    }
    List<NodeDef.Builder> sites =
        graph.nodesOf(STATELESS.keySet()).stream()
            .sorted(Comparator.comparing(NodeDef.Builder::getName))
            .toList();
    if (sites.isEmpty()) {
      return;
    }
    String counter = addCounter(graph);
    String algorithm =
        graph.constant(
            "random/philox",
            TensorProto.newBuilder().setDtype(DataType.DT_INT32).addIntVal(1),
            List.of());
    SeededRandom keys = SeededRandom.of(seed).stream("dropout");
    for (int site = 0; site < sites.size(); site++) {
      rewrite(graph, sites.get(site), keys.bits(site), counter, algorithm);
    }
  }

  private static String addCounter(GraphEdit graph) {
    NodeDef.Builder fed = graph.add("Placeholder", COUNTER);
    fed.putAttr("dtype", GraphEdit.type(DataType.DT_INT64));
    fed.putAttr("shape", GraphEdit.shape(List.of(2L)));
    // The Java runtime has no tensors of unsigned 64 bit, which the random ops take.
    NodeDef.Builder unsigned = graph.add("Bitcast", "random/unsigned_counter", COUNTER);
    unsigned.putAttr("T", GraphEdit.type(DataType.DT_INT64));
    unsigned.putAttr("type", GraphEdit.type(DataType.DT_UINT64));
    return unsigned.getName();
  }

  private static void rewrite(
      GraphEdit graph, NodeDef.Builder node, long key, String counter, String algorithm) {
    String keyNode =
        graph.constant(
            node.getName() + "/key",
            TensorProto.newBuilder().setDtype(DataType.DT_UINT64).addUint64Val(key),
            List.of(1L));
    List<String> bounds = List.copyOf(node.getInputList().subList(1, node.getInputCount()));
    AttrValue shapeType = node.getAttrOrThrow("T");
    boolean integers = node.getOp().equals("RandomUniformInt");
    AttrValue type = node.getAttrOrThrow(integers ? "Tout" : "dtype");
    String shape = node.getInput(0);
    node.setOp(STATELESS.get(node.getOp())).clearInput().clearAttr();
    node.addAllInput(List.of(shape, keyNode, counter, algorithm)).addAllInput(bounds);
    node.putAttr("Tshape", shapeType).putAttr("dtype", type);
  }
}
