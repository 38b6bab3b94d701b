package org.espalier.tf.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The list of how each stage's model came to be. */
final class Lineage {
  private Lineage() {}

  static String html(RunReport report) {
    StringBuilder html = new StringBuilder();
    for (StageSummary stage : report.stages()) {
      int number = stage.start().at().stage();
      boolean grown = false;
      for (Growth growth : report.lineage()) {
        if (growth.at().stage() == number) {
          append(html, growth);
          grown = true;
        }
      }
      if (!grown && number == 0) {
        html.append("<li class=\"made\"><h3>initialised</h3></li>\n");
      }
      append(html, stage, report);
    }
    return html.toString();
  }

  private static void append(StringBuilder html, StageSummary stage, RunReport report) {
    StageStart start = stage.start();
    html.append("<li class=\"stage\"><h3>Stage ").append(start.at().stage());
    if (!start.name().isEmpty()) {
      html.append(" <span class=\"name\">")
          .append(HtmlReport.escape(start.name()))
          .append("</span>");
    }
    html.append(
        "</h3><p>%s, %s parameters, trained %s steps"
            .formatted(
                blocks(start.blocks()),
                Quantity.parameters(start.parameters()),
                Quantity.count(stage.steps())));
    if (Double.isFinite(stage.lastLoss())) {
      html.append(" to held-out loss ").append(Quantity.loss(stage.lastLoss()));
    }
    html.append("</p>");
    inSession(html, start.at().stage(), report);
    html.append("</li>\n");
  }

  /** What operators did between the steps of a stage, a line for each operator. */
  private static void inSession(StringBuilder html, int stage, RunReport report) {
    Map<String, List<InSessionGrowth>> byOperator =
        report.inSession().stream()
            .filter(growth -> growth.at().stage() == stage)
            .collect(
                Collectors.groupingBy(
                    InSessionGrowth::operator, TreeMap::new, Collectors.toList()));
    byOperator.forEach(
        (operator, growths) -> {
          InSessionGrowth last = growths.get(growths.size() - 1);
          html.append(
              "<p><code>%s</code> ran %s %s between the steps, on %s tensors"
                  .formatted(
                      HtmlReport.escape(operator),
                      Quantity.count(growths.size()),
                      growths.size() == 1 ? "time" : "times",
                      Quantity.count(last.tensors())));
          if (last.active() > 0) {
            long moved = growths.stream().mapToLong(InSessionGrowth::moved).sum();
            html.append(
                ": %s weights in use, %s moved in all"
                    .formatted(Quantity.count(last.active()), Quantity.count(moved)));
          }
          html.append("</p>");
        });
  }

  private static void append(StringBuilder html, Growth growth) {
    html.append("<li class=\"made\"><h3>grown by <code>")
        .append(HtmlReport.escape(growth.operator()))
        .append("</code>");
    if (!growth.version().isEmpty()) {
      html.append(" <small>").append(HtmlReport.escape(growth.version())).append("</small>");
    }
    html.append("</h3><p>")
        .append(blocks(growth.blocksBefore()))
        .append(" → ")
        .append(growth.blocksAfter());
    if (!growth.options().isEmpty()) {
      html.append(" · ")
          .append(
              growth.options().entrySet().stream()
                  .map(
                      option ->
                          "<code>%s = %s</code>"
                              .formatted(
                                  HtmlReport.escape(option.getKey()),
                                  HtmlReport.escape(option.getValue())))
                  .collect(Collectors.joining(" ")));
    }
    if (!growth.reference().isEmpty()) {
      html.append(" · reference <code>")
          .append(HtmlReport.escape(growth.reference()))
          .append("</code>");
    }
    html.append("</p>");
    blockMap(html, growth);
    html.append("</li>\n");
  }

  /** A cell for each new block, coloured by the old block it comes from. */
  private static void blockMap(StringBuilder html, Growth growth) {
    if (growth.blockMap().isEmpty()) {
      return;
    }
    html.append("<p class=\"legend\">each new block and the block it comes from</p>")
        .append("<ol class=\"map\">");
    for (int block = 0; block < growth.blockMap().size(); block++) {
      int from = growth.blockMap().get(block);
      double share = growth.blocksBefore() > 1 ? from / (growth.blocksBefore() - 1.0) : 0;
      html.append(
          String.format(
              Locale.ROOT,
              "<li style=\"--share:%.3f\" title=\"block %d comes from block %d\"><b>%d</b> "
                  + "<span>← %d</span></li>",
              share,
              block,
              from,
              block,
              from));
    }
    html.append("</ol>");
  }

  private static String blocks(int count) {
    return count == 1 ? "1 block" : count + " blocks";
  }
}
