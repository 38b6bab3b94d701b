package org.espalier.tf.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The table of what growths made their models of, and what that did to the loss. */
final class GrowthTable {
  private GrowthTable() {}

  /** A section, or nothing where nothing has grown. */
  static String html(RunReport report) {
    if (report.lineage().isEmpty()) {
      return "";
    }
    TreeMap<Integer, List<Growth>> byStage = new TreeMap<>();
    for (Growth growth : report.lineage()) {
      byStage.merge(
          growth.at().stage(),
          List.of(growth),
          (before, next) -> Stream.concat(before.stream(), next.stream()).toList());
    }
    StringBuilder html = new StringBuilder();
    html.append("<section aria-labelledby=\"growths\">\n<h2 id=\"growths\">Growths</h2>\n")
        .append("<div class=\"scroll\">\n<table>\n<thead>\n<tr>")
        .append("<th rowspan=\"2\" scope=\"col\">Growth</th>")
        .append("<th rowspan=\"2\" scope=\"col\">Blocks</th>")
        .append("<th rowspan=\"2\" scope=\"col\">New blocks</th>")
        .append("<th rowspan=\"2\" scope=\"col\">Connection rate</th>")
        .append("<th colspan=\"3\" scope=\"colgroup\">Parameters</th>")
        .append("<th colspan=\"3\" scope=\"colgroup\">Held-out loss</th></tr>\n<tr>")
        .append("<th scope=\"col\">copied</th><th scope=\"col\">combined</th>")
        .append("<th scope=\"col\">fresh</th><th scope=\"col\">before</th>")
        .append("<th scope=\"col\">after</th><th scope=\"col\">difference</th></tr>\n")
        .append("</thead>\n<tbody>\n");
    byStage.forEach((stage, growths) -> rows(html, growths, loss(report, stage)));
    html.append(
            "</tbody>\n</table>\n</div>\n<p class=\"note\">The loss is that of the model before the growth, and of the")
        .append(
            " grown one before its first step, on the same examples; of several growths between two stages, before the first and after the last.")
        .append(
            " Connection rate: share of neighbouring blocks that were neighbours before. Fresh: filled in or computed by a kernel.</p>\n</section>\n");
    return html.toString();
  }

  private static Optional<GrowthLoss> loss(RunReport report, int stage) {
    return report.growthLosses().stream().filter(loss -> loss.at().stage() == stage).findFirst();
  }

  private static void rows(StringBuilder html, List<Growth> growths, Optional<GrowthLoss> loss) {
    for (int i = 0; i < growths.size(); i++) {
      Growth growth = growths.get(i);
      html.append("<tr><th scope=\"row\"><code>")
          .append(HtmlReport.escape(growth.operator()))
          .append("</code> <span class=\"name\">after stage ")
          .append(growth.at().stage() - 1)
          .append("</span></th>");
      cell(html, growth.blocksBefore() + " → " + growth.blocksAfter());
      Optional<GrowthSources> sources = growth.sources();
      cell(html, sources.map(s -> "" + s.newBlocks()).orElse("–"));
      cell(html, sources.map(s -> "%.0f %%".formatted(100 * s.connectionRate())).orElse("–"));
      cell(html, sources.map(s -> share(s, s.copied())).orElse("–"));
      cell(html, sources.map(s -> share(s, s.combined())).orElse("–"));
      cell(html, sources.map(s -> share(s, s.filled() + s.computed())).orElse("–"));
      boolean last = i + 1 == growths.size();
      double before = loss.map(GrowthLoss::before).orElse(Double.NaN);
      double after = loss.map(GrowthLoss::after).orElse(Double.NaN);
      cell(html, i == 0 ? Quantity.loss(before) : "");
      cell(html, last ? Quantity.loss(after) : "");
      cell(html, last ? difference(after - before) : "");
      html.append("</tr>\n");
    }
  }

  private static String share(GrowthSources sources, long part) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * sources.share(part));
  }

  private static String difference(double value) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%+.3f", value).replace('-', '−')
        : "–";
  }

  private static void cell(StringBuilder html, String value) {
    html.append("<td>").append(value).append("</td>");
  }
}
