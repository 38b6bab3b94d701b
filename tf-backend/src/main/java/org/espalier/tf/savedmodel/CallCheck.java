package org.espalier.tf.savedmodel;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * Checks that the calls of a function library come to an end, and soon.
 *
 * <p>A function that calls itself kills the process inside TensorFlow. One that calls another
 * twice, which calls a third twice, and so on, keeps it busy for ever.
 */
final class CallCheck {
  /** Nodes that a function has with those of all its calls; the largest models have a tenth. */
  private static final long MOST_NODES = 400_000;

  private final Path model;
  private final Map<String, FunctionDef> functions;
  private final FunctionCalls calls;

  CallCheck(Path model, Map<String, FunctionDef> functions) {
    this.model = model;
    this.functions = functions;
    this.calls = new FunctionCalls(functions);
  }

  void run() {
    Map<String, Long> sizes = new HashMap<>();
    for (String name : calleesFirst()) {
      long size = 0;
      for (NodeDef node : functions.get(name).getNodeDefList()) {
        size++;
        for (String callee : calls.calleesOf(List.of(node))) {
          size += sizes.get(callee);
        }
        if (size > MOST_NODES) {
          throw new EspalierException(
              "%s is refused: function '%s' grows to more than %d nodes by the functions it calls; export the model again"
                  .formatted(model, name, MOST_NODES));
        }
      }
      sizes.put(name, size);
    }
  }

  /** Returns all functions, each behind those it calls; throws when one reaches itself. */
  private Set<String> calleesFirst() {
    Set<String> done = new LinkedHashSet<>();
    for (String root : functions.keySet()) {
      if (!done.contains(root)) {
        visit(root, done);
      }
    }
    return done;
  }

  private void visit(String root, Set<String> done) {
    // An explicit stack: a hostile file may chain more calls than the Java stack holds.
    Set<String> active = new LinkedHashSet<>(Set.of(root));
    Deque<String> names = new ArrayDeque<>(active);
    Deque<Iterator<String>> open = new ArrayDeque<>();
    open.push(calls.callees(root).iterator());
    while (!open.isEmpty()) {
      if (!open.peek().hasNext()) {
        open.pop();
        String finished = names.pop();
        active.remove(finished);
        done.add(finished);
        continue;
      }
      String next = open.peek().next();
      if (active.contains(next)) {
        throw new EspalierException(
            model
                + " is refused: function '"
                + next
                + "' calls itself (through "
                + String.join(" -> ", active)
                + "), which TensorFlow cannot run");
      }
      if (!done.contains(next)) {
        names.push(next);
        active.add(next);
        open.push(calls.callees(next).iterator());
      }
    }
  }
}
