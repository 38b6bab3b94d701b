package org.espalier.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Tells the version of this program from its jar. */
final class Version implements IVersionProvider {
  /** For picocli, which creates it. */
  Version() {}

  @Override
  public String[] getVersion() {
    return new String[] {
      "espalier " + current(),
      "Java "
          + System.getProperty("java.version")
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }

  private static String current() {
    Optional<String> module =
        Optional.ofNullable(Version.class.getModule().getDescriptor())
            .flatMap(ModuleDescriptor::rawVersion);
    return module.orElseGet(
        () ->
            Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("of unpackaged classes"));
  }
}
