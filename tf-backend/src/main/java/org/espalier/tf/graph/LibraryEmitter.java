package org.espalier.tf.graph;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.espalier.tf.savedmodel.FunctionCalls;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.MetaGraphDef;

/** Writes the function library of a next model: what its objects and its graph reach. */
final class LibraryEmitter {
  private LibraryEmitter() {}

  /**
   * Replaces the library of {@code next}, whose objects and nodes are written already.
   *
   * @param library all functions that there are, by name
   * @param dropped whether the function of a name must go, even where something names it
   */
  static void write(
      MetaGraphDef.Builder next, Map<String, FunctionDef> library, Predicate<String> dropped) {
    FunctionCalls calls = new FunctionCalls(library);
    Set<String> roots =
        new LinkedHashSet<>(next.getObjectGraphDef().getConcreteFunctionsMap().keySet());
    roots.addAll(calls.calleesOf(next.getGraphDef().getNodeList()));
    FunctionDefLibrary old = next.getGraphDef().getLibrary();
    old.getRegisteredGradientsList().forEach(gradient -> roots.add(gradient.getGradientFunc()));
    Set<String> kept = calls.reachable(roots);
    FunctionDefLibrary.Builder written = FunctionDefLibrary.newBuilder();
    library.forEach(
        (name, function) -> {
          if (kept.contains(name) && !dropped.test(name)) {
            written.addFunction(function);
          }
        });
    old.getGradientList().stream()
        .filter(gradient -> kept.contains(gradient.getFunctionName()))
        .forEach(written::addGradient);
    written.addAllRegisteredGradients(old.getRegisteredGradientsList());
    next.getGraphDefBuilder().setLibrary(written);
    MetaGraphDef.MetaInfoDef.Builder info = next.getMetaInfoDefBuilder();
    Map<String, String> aliases = new TreeMap<>(info.getFunctionAliasesMap());
    aliases.keySet().retainAll(kept);
    info.clearFunctionAliases().putAllFunctionAliases(aliases);
    StrippedOps.complete(next);
  }
}
