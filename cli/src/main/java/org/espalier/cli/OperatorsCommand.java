package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.OptionDescription;
import org.espalier.api.PluginProblem;
import org.espalier.api.RegisteredOperator;
import picocli.CommandLine.Command;

/** {@code espalier operators}. */
@Command(name = "operators", description = "Lists the growth operators that are found.")
final class OperatorsCommand extends Subcommand {
  OperatorsCommand() {}

  @Override
  Answer answer() {
    OperatorRegistry registry = common().operators();
    Table table = new Table("operator", "version", "SPI", "claims", "options", "jar", "summary");
    for (RegisteredOperator operator : registry.operators()) {
      table.row(
          operator.id(),
          operator.version(),
          operator.spi(),
          Labels.claims(operator.claims()),
          operator.options().stream()
              .map(OperatorsCommand::option)
              .collect(Collectors.joining(" ")),
          Path.of(operator.location()).getFileName(),
          operator.summary());
    }
    List<String> lines = new ArrayList<>(table.lines());
    if (!registry.problems().isEmpty()) {
      lines.add("");
      lines.add("Not loaded:");
      registry.problems().forEach(problem -> lines.add("  " + problem));
    }
    return Answer.of(
        Json.object(
            "operators",
            registry.operators().stream().map(OperatorsCommand::fields).toList(),
            "problems",
            registry.problems().stream().map(OperatorsCommand::fields).toList()),
        lines);
  }

  private static String option(OptionDescription option) {
    String name = option.defaultValue().map(v -> option.name() + "=" + v).orElse(option.name());
    return option.required() ? name : "[" + name + "]";
  }

  private static Map<String, Object> fields(RegisteredOperator operator) {
    return Json.object(
        "id",
        operator.id(),
        "version",
        operator.version(),
        "spi",
        operator.spi(),
        "claims",
        operator.claims(),
        "summary",
        operator.summary(),
        "class",
        operator.implementation(),
        "location",
        operator.location(),
        "options",
        operator.options().stream()
            .map(
                option ->
                    Json.object(
                        "name",
                        option.name(),
                        "type",
                        option.type(),
                        "default",
                        option.defaultValue().orElse(null),
                        "required",
                        option.required()))
            .toList());
  }

  private static Map<String, Object> fields(PluginProblem problem) {
    return Json.object(
        "subject", problem.subject(), "reason", problem.reason(), "location", problem.location());
  }
}
