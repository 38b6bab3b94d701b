package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.Session;

/**
 * The values of a session's variables at one moment, without a copy.
 *
 * <p>Valid until the session runs its next step; close it before.
 */
final class Snapshot implements AutoCloseable {
  private final Result result;
  private final Map<String, TensorBytes> bytes = new HashMap<>();

  Snapshot(Session session, SessionVariables variables, Collection<String> of) {
    List<String> names = new ArrayList<>(of);
    Session.Runner runner = session.runner();
    names.forEach(name -> runner.fetch(variables.read(name)));
    result = runner.run();
    for (int i = 0; i < names.size(); i++) {
      bytes.put(names.get(i), new TensorBytes(result.get(i)));
    }
  }

  boolean contains(String name) {
    return bytes.containsKey(name);
  }

  TensorBytes get(String name) {
    return bytes.get(name);
  }

  @Override
  public void close() {
    result.close();
  }
}
