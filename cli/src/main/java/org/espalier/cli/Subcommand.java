package org.espalier.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands share: how they are asked and how their answer is printed. */
@Command(
    usageHelpAutoWidth = true,
    sortOptions = false,
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    descriptionHeading = "%n")
abstract class Subcommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private CommonOptions common;

  /** Does what was asked. */
  abstract Answer answer();

  @Override
  public final Integer call() {
    Answer answer = answer();
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      out.println(Json.write(answer.fields().get()));
    } else {
      answer.lines().forEach(out::println);
    }
    out.flush();
    answer.failure().ifPresent(why -> Failures.print(why, err()));
    return answer.failure().isPresent() ? Failures.FAILED : 0;
  }

  /** Returns the options that every command takes. */
  final CommonOptions common() {
    return common;
  }

  /** Returns where progress and remarks go. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /**
   * Returns what {@code arguments} makes of the arguments.
   *
   * @throws ParameterException if they are wrong, with the message of the {@link
   *     IllegalArgumentException} that it threw
   */
  final <T> T checked(Supplier<T> arguments) {
    try {
      return arguments.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
