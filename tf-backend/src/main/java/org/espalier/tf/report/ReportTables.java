package org.espalier.tf.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The figures at the head of the page and the table of stages. */
final class ReportTables {
  private ReportTables() {}

  static String facts(RunReport report) {
    StringBuilder html = new StringBuilder();
    List<EvalPoint> losses = report.heldOut();
    if (!losses.isEmpty()) {
      String last = Quantity.loss(losses.get(losses.size() - 1).loss());
      fact(
          html,
          "Held-out loss",
          last,
          losses.size() == 1 ? "nats" : "from " + Quantity.loss(losses.get(0).loss()));
    }
    List<StageSummary> stages = report.stages();
    if (!stages.isEmpty()) {
      StageSummary last = stages.get(stages.size() - 1);
      StageStart model = last.start();
      fact(html, "Blocks", blocks(stages), Quantity.parameters(model.parameters()) + " parameters");
      RunPosition end = last.end();
      fact(html, "Steps", Quantity.count(end.step()), Quantity.count(end.tokens()) + " tokens");
      fact(html, "Compute", Quantity.flops(end.flops()), "forward and backward");
      fact(
          html,
          "Time",
          Quantity.seconds(end.seconds()),
          stages.size() == 1 ? "1 stage" : stages.size() + " stages");
    }
    return html.toString();
  }

  /** A section that says what was saved, or nothing where there is no baseline. */
  static String saving(RunReport report) {
    Optional<Saving> found = report.saving();
    if (found.isEmpty()) {
      return "";
    }
    Saving saving = found.get();
    StringBuilder html = new StringBuilder();
    html.append(
        "<section aria-labelledby=\"saving\">\n<h2 id=\"saving\">Against training from scratch</h2>\n");
    html.append("<dl class=\"facts\">\n");
    fact(
        html,
        "Compute saved",
        share(saving.flopsSaved()),
        "of %s, to held-out loss %s"
            .formatted(Quantity.flops(saving.flops()), Quantity.loss(saving.loss())));
    fact(
        html,
        "Time saved",
        share(saving.secondsSaved()),
        "of " + Quantity.seconds(saving.seconds()));
    fact(
        html,
        "Loss at the end",
        Quantity.loss(saving.runLoss()),
        "after %s".formatted(Quantity.flops(saving.runFlops())));
    if (saving.lossAtEqualFlops().isPresent()) {
      fact(
          html,
          "Baseline there",
          Quantity.loss(saving.lossAtEqualFlops().getAsDouble()),
          "in mid-schedule");
    }
    html.append(
            "</dl>\n<p class=\"note\">The baseline is the model that this run ends with, trained from scratch on the same data and")
        .append(
            " with the same seed. The run reaches the baseline's last held-out loss where its own first is no greater; all stages")
        .append(" before, and growth, count.</p>\n</section>\n");
    return html.toString();
  }

  private static String share(OptionalDouble saved) {
    return saved.isPresent() ? "%.1f %%".formatted(100 * saved.getAsDouble()) : "loss not reached";
  }

  static String stages(RunReport report) {
    if (report.stages().isEmpty()) {
      return "<tr><td colspan=\"11\" class=\"text\">No stage has started.</td></tr>";
    }
    StringBuilder html = new StringBuilder();
    for (StageSummary stage : report.stages()) {
      StageStart start = stage.start();
      html.append("<tr><th scope=\"row\">").append(start.at().stage());
      if (!start.name().isEmpty()) {
        html.append(" <span class=\"name\">")
            .append(HtmlReport.escape(start.name()))
            .append("</span>");
      }
      html.append("</th>");
      cell(html, Quantity.count(start.blocks()), "");
      cell(html, Quantity.parameters(start.parameters()), trained(start));
      cell(
          html,
          Quantity.count(stage.steps()),
          stage.steps() == start.steps() ? "" : "of " + Quantity.count(start.steps()));
      cell(html, start.batchSize() + " × " + start.sequenceLength(), "");
      cell(html, Quantity.flops(stage.steps() * start.forwardFlops()), "");
      cell(
          html, Quantity.flops(stage.steps() * start.backwardFlops()), densityScaled(stage, start));
      cell(html, Quantity.seconds(stage.seconds()), "");
      cell(html, Quantity.count(Math.round(stage.tokensPerSecond())), "");
      cell(html, Quantity.loss(stage.firstLoss()), "");
      cell(html, Quantity.loss(stage.lastLoss()), "");
      html.append("</tr>\n");
    }
    return html.toString();
  }

  /** The numbers of blocks, one after another; of many, the first and the last. */
  private static String blocks(List<StageSummary> stages) {
    List<String> counts = new ArrayList<>();
    for (StageSummary stage : stages) {
      String count = String.valueOf(stage.start().blocks());
      if (counts.isEmpty() || !counts.get(counts.size() - 1).equals(count)) {
        counts.add(count);
      }
    }
    if (counts.size() > 4) {
      counts.subList(1, counts.size() - 1).clear();
      counts.add(1, "…");
    }
    return String.join(" → ", counts);
  }

  /** What would be left of both passes if no zeros of sparse kernels were multiplied. */
  private static String densityScaled(StageSummary stage, StageStart start) {
    return start.densityScaledFlops() < start.forwardFlops() + start.backwardFlops()
        ? "both scaled by density, which is not all saved here: "
            + Quantity.flops(stage.steps() * start.densityScaledFlops())
        : "";
  }

  private static String trained(StageStart start) {
    return start.trainableParameters() == start.parameters()
        ? ""
        : Quantity.parameters(start.trainableParameters()) + " trained";
  }

  private static void fact(StringBuilder html, String name, String value, String note) {
    html.append(
        "<div><dt>%s</dt><dd>%s<small>%s</small></dd></div>%n".formatted(name, value, note));
  }

  private static void cell(StringBuilder html, String value, String note) {
    html.append("<td>").append(value);
    if (!note.isEmpty()) {
      html.append("<small>").append(note).append("</small>");
    }
    html.append("</td>");
  }
}
