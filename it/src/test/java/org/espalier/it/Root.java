package org.espalier.it;

import java.nio.file.Path;

/** Where the project is checked out. */
final class Root {
  private Root() {}

  /** Returns {@code path} below the root of the project. */
  static Path resolve(String path) {
    String root = System.getProperty("espalier.root");
    if (root == null) {
      throw new IllegalStateException("run these tests through Maven, which sets espalier.root");
    }
    return Path.of(root).resolve(path);
  }
}
