package org.espalier.tf.graph;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.OpList;

/**
 * The signatures of ops, as data: what the runtime registers, so that it need not be loaded.
 *
 * <p>Immutable, so safe for use by several threads.
 */
public final class OpCatalog {
  private static final String RESOURCE = "ops.pb.gz";

  private final Map<String, OpDef> ops;

  private OpCatalog(Map<String, OpDef> ops) {
    this.ops = Collections.unmodifiableMap(ops);
  }

  /** The ops of the TensorFlow version that Espalier is built against. */
  public static OpCatalog bundled() {
    return Bundled.CATALOG;
  }

  /** This catalog and the ops that a model brings itself, which win. */
  public OpCatalog with(OpList modelOps) {
    Map<String, OpDef> merged = new HashMap<>(ops);
    modelOps.getOpList().forEach(op -> merged.put(op.getName(), op));
    return new OpCatalog(merged);
  }

  /** The signature of an op, or empty when it is unknown. */
  public Optional<OpDef> find(String op) {
    return Optional.ofNullable(ops.get(op));
  }

  /** How many tensors a node gives. */
  public int outputCount(FlatNode node) {
    OpDef op = get(node.op());
    int count = 0;
    for (OpDef.ArgDef output : op.getOutputArgList()) {
      count += size(op, output, node);
    }
    return count;
  }

  /** The position of a tensor among all that {@code node} gives, as in {@code node:k}. */
  public int position(FlatNode node, TensorRef tensor) {
    OpDef op = get(node.op());
    int position = 0;
    for (OpDef.ArgDef output : op.getOutputArgList()) {
      if (output.getName().equals(tensor.output())) {
        return position + tensor.index();
      }
      position += size(op, output, node);
    }
    throw new EspalierException(
        "Op %s has no output '%s', which node '%s' is asked for"
            .formatted(node.op(), tensor.output(), node.name()));
  }

  /** The tensor at a position among all that {@code node} gives. */
  public TensorRef tensor(FlatNode node, int position) {
    OpDef op = get(node.op());
    int rest = position;
    for (OpDef.ArgDef output : op.getOutputArgList()) {
      int size = size(op, output, node);
      if (rest < size) {
        return new TensorRef(node.name(), output.getName(), rest);
      }
      rest -= size;
    }
    throw new EspalierException(
        "Node '%s' of op %s has no output %d".formatted(node.name(), node.op(), position));
  }

  private OpDef get(String op) {
    return find(op)
        .orElseThrow(
            () ->
                new EspalierException(
                    "Op '"
                        + op
                        + "' is unknown: TensorFlow does not register it and the model does"
                        + " not list it; export the model again without custom ops"));
  }

  private static int size(OpDef op, OpDef.ArgDef argument, FlatNode node) {
    if (!argument.getNumberAttr().isEmpty()) {
      return (int) attr(op, argument.getNumberAttr(), node).getI();
    }
    if (!argument.getTypeListAttr().isEmpty()) {
      return attr(op, argument.getTypeListAttr(), node).getList().getTypeCount();
    }
    return 1;
  }

  /** Exported models leave out attributes that have their default value. */
  private static AttrValue attr(OpDef op, String name, FlatNode node) {
    AttrValue value = node.attrs().get(name);
    if (value != null) {
      return value;
    }
    return op.getAttrList().stream()
        .filter(attr -> attr.getName().equals(name))
        .findFirst()
        .map(OpDef.AttrDef::getDefaultValue)
        .orElse(AttrValue.getDefaultInstance());
  }

  private static final class Bundled {
    static final OpCatalog CATALOG = load();

    private static OpCatalog load() {
      try (InputStream in = OpCatalog.class.getResourceAsStream(RESOURCE);
          GZIPInputStream unzipped = new GZIPInputStream(in)) {
        return new OpCatalog(Map.of()).with(OpList.parseFrom(unzipped));
      } catch (IOException e) {
        throw new UncheckedIOException("The jar lacks its list of ops", e);
      }
    }
  }
}
