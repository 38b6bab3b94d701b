package org.espalier.cli;

import java.nio.file.Path;
import org.espalier.api.OperatorRegistry;
import picocli.CommandLine.Option;

/** The options that every command takes. */
final class CommonOptions {
  // Options of the command itself, which have no order, are shown before these.
  @Option(
      order = 1,
      names = "--plugins",
      paramLabel = "DIR",
      description = "Also find operators in the jars of this folder.")
  private Path plugins;

  @Option(order = 2, names = "--json", description = "Print one JSON object instead of tables.")
  private boolean json;

  @Option(
      order = 3,
      names = "--stacktrace",
      description = "Show where in the program an error arose.")
  @SuppressWarnings("UnusedVariable") // UsageErrors looks for it in the arguments themselves.
  private boolean stackTrace;

  @Option(
      order = 4,
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // picocli looks at its presence alone.
  private boolean help;

  /** Returns whether the answer is for a program. */
  boolean json() {
    return json;
  }

  /** Returns the operators on the class path and in the plugin folder. */
  OperatorRegistry operators() {
    return PluginFolder.operators(plugins);
  }
}
