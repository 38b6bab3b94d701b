package org.espalier.tf.report;

import com.google.common.html.HtmlEscapers;
import com.google.common.io.Resources;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.api.EspalierException;

/**
 * Writes a run as one HTML page that needs nothing else: no network, no other file.
 *
 * <p>The charts are drawn by Chart.js, which the page carries with its licence.
 */
public final class HtmlReport {
  /** The file's name in a run directory. */
  public static final String FILE_NAME = "report.html";

  /** The folder, in a run's directory, of the baseline's run. */
  public static final String BASELINE = "baseline";

  private static final Pattern SLOT = Pattern.compile("\\{\\{(\\w+)}}");

  private HtmlReport() {}

  /**
   * Writes a run's page anew from the log in its directory, and returns what it shows. Where the
   * directory holds the run of a baseline, that is shown beside it.
   *
   * @param run the run's directory
   * @param title what the run is, in a line
   * @param recipe the schedule's name
   * @throws EspalierException when the log cannot be read or the page not be written
   */
  public static RunReport renew(Path run, String title, String recipe) {
    RunReport report =
        RunReport.of(title, recipe, MetricsLog.read(run.resolve(MetricsLog.FILE_NAME)));
    Path baseline = run.resolve(BASELINE).resolve(MetricsLog.FILE_NAME);
    if (Files.exists(baseline)) {
      report = report.against(RunReport.of("", "", MetricsLog.read(baseline)).heldOut());
    }
    write(report, run.resolve(FILE_NAME));
    return report;
  }

  /**
   * Writes the page to {@code file}, whole or not at all, over an earlier report.
   *
   * @throws EspalierException when it cannot be written
   */
  public static void write(RunReport report, Path file) {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer page = StandardCharsets.UTF_8.encode(render(report));
        while (page.hasRemaining()) {
          channel.write(page);
        }
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EspalierException("cannot write report " + file + ": " + e.getMessage(), e);
    }
  }

  /** The page. */
  public static String render(RunReport report) {
    Curve training = Curve.ofTraining(report.training());
    Curve heldOut = Curve.ofHeldOut(report.heldOut());
    BlockCurves blocks = new BlockCurves(report.blocks());
    Map<String, String> slots =
        Map.ofEntries(
            Map.entry("title", escape(report.title())),
            Map.entry("recipe", escape(report.recipe())),
            Map.entry("facts", ReportTables.facts(report)),
            Map.entry("saving", ReportTables.saving(report)),
            Map.entry(
                "baselineKey",
                report.baseline().isEmpty()
                    ? ""
                    : "<span class=\"baseline\">held-out, from scratch</span>"),
            Map.entry("thinning", thinning(training)),
            Map.entry("stages", ReportTables.stages(report)),
            Map.entry("growths", GrowthTable.html(report)),
            Map.entry("blocks", blocks.html()),
            Map.entry("lineage", Lineage.html(report)),
            Map.entry("data", data(report, training, heldOut, blocks)),
            Map.entry("css", resource("report.css")),
            Map.entry("js", resource("report.js")),
            Map.entry("chartLicense", resource("chartjs/LICENSE.md")),
            // The page carries no source map for a browser to look for.
            Map.entry(
                "chartLibrary",
                resource("chartjs/chart.umd.min.js")
                    .replaceAll("(?m)^//# sourceMappingURL.*$", "")));
    // One pass: what a slot is filled with is never searched for slots.
    return SLOT.matcher(resource("report.html"))
        .replaceAll(slot -> Matcher.quoteReplacement(slots.get(slot.group(1))));
  }

  static String escape(String text) {
    return HtmlEscapers.htmlEscaper().escape(text);
  }

  private static String thinning(Curve training) {
    return training.eventsPerPoint() == 1
        ? ""
        : " Each point of the training loss is the mean of "
            + training.eventsPerPoint()
            + " log entries.";
  }

  /** Gson writes {@code <} and its kin as escapes, so the text cannot end its script element. */
  private static String data(RunReport report, Curve training, Curve heldOut, BlockCurves blocks) {
    JsonArray stages = new JsonArray();
    for (StageSummary stage : report.stages()) {
      JsonObject json = new JsonObject();
      json.addProperty("stage", stage.start().at().stage());
      json.addProperty("name", stage.start().name());
      json.addProperty("blocks", stage.start().blocks());
      json.add("start", position(stage.start().at()));
      json.add("end", position(stage.end()));
      stages.add(json);
    }
    JsonObject json = new JsonObject();
    json.add("stages", stages);
    json.add("training", training.toJson());
    json.add("heldOut", heldOut.toJson());
    json.add("baseline", Curve.ofHeldOut(report.baseline()).toJson());
    json.add("blocks", blocks.toJson());
    return new Gson().toJson(json);
  }

  private static JsonObject position(RunPosition at) {
    JsonObject json = new JsonObject();
    json.addProperty("steps", at.step());
    json.addProperty("flops", at.flops());
    json.addProperty("seconds", at.seconds());
    return json;
  }

  private static String resource(String name) {
    URL url = HtmlReport.class.getResource(name);
    if (url == null) {
      throw new EspalierException(
          "part " + name + " of the report is not on the class path: build with Maven");
    }
    try {
      return Resources.toString(url, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new EspalierException("cannot read part " + name + " of the report", e);
    }
  }
}
