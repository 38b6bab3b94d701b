package org.espalier.cli;

import java.util.concurrent.CompletableFuture;
import org.espalier.api.OperatorRegistry;

/** The operators on the class path, which are looked for while the command line is read. */
final class OwnOperators {
  private static final CompletableFuture<OperatorRegistry> FOUND =
      CompletableFuture.supplyAsync(
          () -> OperatorRegistry.discover(OwnOperators.class.getClassLoader()));

  private OwnOperators() {}

  /** Starts to look for them. */
  static void start() {
    // Loading the class has done it.
  }

  static OperatorRegistry get() {
    return FOUND.join();
  }
}
