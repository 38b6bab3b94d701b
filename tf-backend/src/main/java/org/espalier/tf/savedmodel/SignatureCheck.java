package org.espalier.tf.savedmodel;

import static org.espalier.tf.savedmodel.TopGraphCheck.PLACEHOLDER;
import static org.espalier.tf.savedmodel.TopGraphCheck.producer;
import static org.espalier.tf.savedmodel.TopGraphCheck.type;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Checks that a signature can be called: its tensors are there, and are what they are said to be.
 */
final class SignatureCheck {
  /** The signature, and its one output, that TensorFlow runs on loading. */
  private static final String INITIALIZER = "__saved_model_init_op";

  private static final Pattern TENSOR = Pattern.compile("[A-Za-z0-9.][^:]*(:\\d{1,6})?");

  private final Path model;
  private final Map<String, NodeDef> nodes;
  private final Set<String> assets;

  /**
   * Prepares the checks of a graph's signatures.
   *
   * @param nodes the graph, by name
   * @param assets the nodes that TensorFlow feeds with the paths of assets as it loads a model
   */
  SignatureCheck(Path model, Map<String, NodeDef> nodes, Set<String> assets) {
    this.model = model;
    this.nodes = nodes;
    this.assets = assets;
  }

  void run(String name, SignatureDef signature) {
    if (name.equals(INITIALIZER) && !signature.containsOutputs(INITIALIZER)) {
      throw damaged("signature '%s' names no node to run on loading".formatted(name));
    }
    Stream.concat(
            signature.getInputsMap().entrySet().stream(),
            signature.getOutputsMap().entrySet().stream())
        .forEach(tensor -> checkName(name, tensor.getKey(), tensor.getValue()));
    signature.getInputsMap().forEach((input, info) -> checkFed(name, input, info));
    signature.getOutputsMap().forEach((output, info) -> checkGiven(name, output, info));
    if (name.equals(INITIALIZER)) {
      checkNeeds(name, signature, assets);
    } else if (!name.startsWith("__")
        && signature.getInputsMap().values().stream().allMatch(TensorInfo::hasName)) {
      checkNeeds(
          name,
          signature,
          signature.getInputsMap().values().stream()
              .map(info -> producer(info.getName()))
              .collect(Collectors.toSet()));
    }
  }

  private void checkGiven(String signature, String output, TensorInfo info) {
    if (info.hasName() && !nodes.containsKey(producer(info.getName()))) {
      throw damaged(
          "output '%s' of signature '%s' is '%s', which the graph lacks"
              .formatted(output, signature, info.getName()));
    }
  }

  /** Looks for placeholders that are not fed. */
  private void checkNeeds(String name, SignatureDef signature, Set<String> fed) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    signature.getOutputsMap().values().forEach(info -> open.add(producer(info.getName())));
    while (!open.isEmpty()) {
      NodeDef node = nodes.get(open.pop());
      if (node == null || fed.contains(node.getName()) || !seen.add(node.getName())) {
        continue;
      }
      if (node.getOp().equals(PLACEHOLDER)) {
        throw damaged(
            "signature '%s' needs '%s', which none of its inputs is"
                .formatted(name, node.getName()));
      }
      node.getInputList().forEach(input -> open.push(producer(input)));
    }
  }

  private void checkFed(String signature, String input, TensorInfo info) {
    // Sparse and composite tensors have no name of their own.
    if (!info.hasName()) {
      return;
    }
    NodeDef node = nodes.get(producer(info.getName()));
    if (node == null) {
      throw damaged(
          "input '%s' of signature '%s' is '%s', which the graph lacks"
              .formatted(input, signature, info.getName()));
    }
    if (!node.getOp().equals(PLACEHOLDER)) {
      return;
    }
    AttrValue shape = node.getAttrOrDefault("shape", TopGraphCheck.none());
    if (type(node) != info.getDtype()
        || (shape.hasShape() && !sizes(shape.getShape()).equals(sizes(info.getTensorShape())))) {
      throw damaged(
          "input '%s' of signature '%s' has another type or shape than its node '%s'"
              .formatted(input, signature, node.getName()));
    }
  }

  private void checkName(String signature, String tensor, TensorInfo info) {
    boolean named =
        switch (info.getEncodingCase()) {
          case NAME -> TENSOR.matcher(info.getName()).matches();
          case COO_SPARSE, COMPOSITE_TENSOR -> true;
          case ENCODING_NOT_SET -> false;
        };
    if (!named) {
      throw damaged(
          "tensor '%s' of signature '%s' has no legal name: '%s'"
              .formatted(tensor, signature, info.getName()));
    }
  }

  private static Optional<List<Long>> sizes(TensorShapeProto shape) {
    return shape.getUnknownRank()
        ? Optional.empty()
        : Optional.of(shape.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList());
  }

  private EspalierException damaged(String what) {
    return TopGraphCheck.damaged(model, what);
  }
}
