package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.ObjectPaths;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;

/** The functions of a SavedModel that can be called by name. */
final class CallableFunctions {
  private static final String SIGNATURES = "signatures";

  /** Where a callable model has its functions, by preference. */
  private static final List<String> PLACES =
      List.of("__call__", "call", "serve", SIGNATURES + "/serving_default");

  private final SavedModelDirectory model;
  private final ObjectPaths paths;

  CallableFunctions(SavedModelDirectory model) {
    this.model = model;
    this.paths = new ObjectPaths(model.objects());
  }

  /**
   * Returns the concrete functions of the first usual place that has some.
   *
   * @throws EspalierException if none has
   */
  List<String> usual() {
    for (String place : PLACES) {
      List<String> functions = at(place);
      if (!functions.isEmpty()) {
        return functions;
      }
    }
    throw new EspalierException(
        "%s has no function to train: its root has none of %s; name one with --function, of %s"
            .formatted(model.path(), PLACES, names()));
  }

  /**
   * Returns the concrete functions that a name stands for.
   *
   * @param name of a signature, or the object path of a function
   * @throws EspalierException if there is none of that name
   */
  List<String> named(String name) {
    for (String place : List.of(SIGNATURES + "/" + name, name)) {
      List<String> functions = at(place);
      if (!functions.isEmpty()) {
        return functions;
      }
    }
    throw new EspalierException(
        "%s has no function '%s'; choose one of %s".formatted(model.path(), name, names()));
  }

  private List<String> at(String path) {
    OptionalInt node = paths.find(path);
    if (node.isEmpty()) {
      return List.of();
    }
    SavedObject object = model.objects().getNodes(node.getAsInt());
    if (object.hasBareConcreteFunction()) {
      return List.of(object.getBareConcreteFunction().getConcreteFunctionName());
    }
    return object.getFunction().getConcreteFunctionsList();
  }

  /** The names that can be chosen: signatures, and functions of the root. */
  private List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    for (int node = 0; node < model.objects().getNodesCount(); node++) {
      SavedObject object = model.objects().getNodes(node);
      if (object.hasFunction() || object.hasBareConcreteFunction()) {
        for (String path : paths.paths(node)) {
          if (path.startsWith(SIGNATURES + "/")) {
            names.add(path.substring(SIGNATURES.length() + 1));
          } else if (!path.contains("/") && !at(path).isEmpty()) {
            names.add(path);
          }
        }
      }
    }
    return new ArrayList<>(names);
  }
}
