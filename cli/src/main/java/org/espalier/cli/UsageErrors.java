package org.espalier.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.espalier.api.Suggestion;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line how a command was called wrongly. */
final class UsageErrors implements IParameterExceptionHandler {
  /** The exit status of a command that was called wrongly. */
  static final int BAD_USAGE = 2;

  /** Returns whether {@code args} ask for stack traces, even if they make no legal command. */
  static boolean wantsStackTrace(String... args) {
    return Arrays.asList(args).contains("--stacktrace");
  }

  @Override
  public int handleParseException(ParameterException error, String[] args) {
    CommandLine commandLine = error.getCommandLine();
    if (wantsStackTrace(args)) {
      error.printStackTrace(commandLine.getErr());
    }
    // picocli names a missing argument first, though the cause may be another that is misspelt.
    String message =
        unknownOption(commandLine, args)
            .or(() -> unmatched(error))
            .orElseGet(() -> plain(error.getMessage()));
    Failures.print(
        "%s ('%s --help' shows how to call it)"
            .formatted(message, commandLine.getCommandSpec().qualifiedName()),
        commandLine.getErr());
    return BAD_USAGE;
  }

  private static Optional<String> unknownOption(CommandLine commandLine, String... args) {
    List<String> known =
        commandLine.getCommandSpec().options().stream()
            .flatMap(option -> Arrays.stream(option.names()))
            .sorted()
            .toList();
    return Arrays.stream(args)
        .takeWhile(argument -> !argument.equals("--"))
        .filter(argument -> argument.matches("--[a-z][a-z-]*(=.*)?"))
        .map(argument -> argument.replaceFirst("=.*", ""))
        .filter(name -> !known.contains(name))
        .findFirst()
        .map(name -> "unknown option '" + name + "'" + suggestion(name, known));
  }

  private static Optional<String> unmatched(ParameterException error) {
    if (!(error instanceof UnmatchedArgumentException unmatched)) {
      return Optional.empty();
    }
    String argument = unmatched.getUnmatched().get(0);
    Set<String> commands = error.getCommandLine().getSubcommands().keySet();
    if (argument.startsWith("-")) {
      return Optional.of("unknown option '" + argument + "'");
    }
    return Optional.of(
        commands.isEmpty()
            ? "one argument too many: '" + argument + "'"
            : "unknown command '" + argument + "'" + suggestion(argument, commands));
  }

  private static String suggestion(String asked, Collection<String> known) {
    return Suggestion.nearest(asked, known)
        .map(name -> "; did you mean '" + name + "'?")
        .orElse("");
  }

  private static String plain(String message) {
    // picocli starts with a capital; after "espalier: " the sentence goes on.
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}
