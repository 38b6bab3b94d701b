package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.tf.Espalier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code espalier report}. */
@Command(name = "report", description = "Writes the report of a run anew from its metrics.")
final class ReportCommand extends Subcommand {
  @Parameters(paramLabel = "RUN", description = "The directory of the run.")
  private Path run;

  ReportCommand() {}

  @Override
  Answer answer() {
    Path report = Espalier.report(run);
    StageTable stages = StageTable.read(run);
    List<String> lines = new ArrayList<>(stages.lines());
    lines.add("");
    lines.add("report  " + report);
    return Answer.of(
        Json.object(
            "run", run.toString(),
            "report", report.toString(),
            "stages", stages.fields()),
        lines);
  }
}
