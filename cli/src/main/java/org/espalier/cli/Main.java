package org.espalier.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code espalier} command. */
@Command(
    name = "espalier",
    description = "Grows TensorFlow models: train a small one, grow it, train on.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footer = {"", "'espalier COMMAND --help' shows the options of a command."})
public final class Main implements Runnable {
  /** In the order in which help lists them. */
  private static final List<Named> COMMANDS =
      List.of(
          new Named("run", RunCommand.class),
          new Named("init", InitCommand.class),
          new Named("inspect", InspectCommand.class),
          new Named("operators", OperatorsCommand.class),
          new Named("recipes", RecipesCommand.class),
          new Named("plan", PlanCommand.class),
          new Named("grow", GrowCommand.class),
          new Named("train", TrainCommand.class),
          new Named("eval", EvalCommand.class),
          new Named("data", DataCommand.class),
          new Named("report", ReportCommand.class));

  private record Named(String name, Class<? extends Subcommand> type) {}

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // picocli looks at its presence alone.
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  @SuppressWarnings("UnusedVariable") // picocli looks at its presence alone.
  private boolean version;

  Main() {}

  /** Runs the command that {@code args} name and ends the process with its exit status. */
  public static void main(String[] args) {
    OwnOperators.start();
    // What libraries log is for their developers; errors reach the user as exceptions.
    LogManager.getLogManager().reset();
    // Numbers are written as they are read, whatever the user's language.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    System.exit(execute(writerTo(FileDescriptor.out), writerTo(FileDescriptor.err), args));
  }

  private static PrintWriter writerTo(FileDescriptor file) {
    return new PrintWriter(
        new FileOutputStream(file), /* autoFlush= */ true, StandardCharsets.UTF_8);
  }

  /** Runs a command and returns its exit status: 0, 1 for a failure or 2 for bad usage. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine =
        commands(args)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(new UsageErrors())
            .setExecutionExceptionHandler(new Failures());
    try {
      return commandLine.execute(args);
    } catch (Error e) {
      // picocli passes on what is no Exception: no memory, or no native library for this machine.
      return Failures.report(e, err, UsageErrors.wantsStackTrace(args));
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** Reading the options of a command takes time: only that of the one asked for is spent. */
  private static CommandLine commands(String... args) {
    CommandLine all = new CommandLine(new Main());
    String first = args.length > 0 ? args[0] : "";
    List<Named> asked = COMMANDS.stream().filter(command -> command.name().equals(first)).toList();
    for (Named command : asked.isEmpty() ? COMMANDS : asked) {
      all.addSubcommand(command.name(), command.type());
    }
    return all;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
