package org.espalier.tf.savedmodel;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * Which function calls which: by an op named like the function, or by a function in an attribute.
 */
public final class FunctionCalls {
  private final Map<String, FunctionDef> functions;
  private final Map<String, Set<String>> callees = new HashMap<>();

  /** Reads the calls of a function library. */
  public FunctionCalls(Map<String, FunctionDef> functions) {
    this.functions = functions;
    functions.forEach((name, function) -> callees.put(name, calleesOf(function.getNodeDefList())));
  }

  /** The functions of the library that {@code nodes} call directly, in order of first call. */
  public Set<String> calleesOf(Iterable<NodeDef> nodes) {
    Set<String> found = new LinkedHashSet<>();
    for (NodeDef node : nodes) {
      if (functions.containsKey(node.getOp())) {
        found.add(node.getOp());
      }
      for (AttrValue value : node.getAttrMap().values()) {
        collect(value, found);
      }
    }
    return found;
  }

  /** The functions that {@code name} calls directly. */
  public Set<String> callees(String name) {
    return callees.getOrDefault(name, Set.of());
  }

  /** {@code roots} and everything they reach, in order of discovery. */
  public Set<String> reachable(Collection<String> roots) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (functions.containsKey(name) && seen.add(name)) {
        callees(name).forEach(open::push);
      }
    }
    return seen;
  }

  private void collect(AttrValue value, Set<String> found) {
    if (value.hasFunc()) {
      collect(value.getFunc(), found);
    }
    for (NameAttrList function : value.getList().getFuncList()) {
      collect(function, found);
    }
  }

  private void collect(NameAttrList function, Set<String> found) {
    if (functions.containsKey(function.getName())) {
      found.add(function.getName());
    }
    function.getAttrMap().values().forEach(value -> collect(value, found));
  }
}
