package org.espalier.tf.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"run\">(.*?)</script>");

  @TempDir Path folder;

  @Test
  void stagesAreSummedUpFromTheEvents() {
    RunReport report = RunReport.of("A run", "stacking", Runs.twoStages());
    assertThat(report.stages()).hasSize(2);
    StageSummary second = report.stages().get(1);
    assertThat(second.steps()).isEqualTo(20);
    assertThat(second.seconds()).isEqualTo(5);
    assertThat(second.tokensPerSecond()).isEqualTo(16_384);
    assertThat(second.firstLoss()).isEqualTo(4);
    assertThat(second.lastLoss()).isEqualTo(3);

    String page = HtmlReport.render(report);
    assertThat(page)
        .contains("<dd>3.000<small>from 5.000</small></dd>", "<dd>3 → 6<small>", "stage-1")
        .contains("block 4 comes from block 1", "<code>factor = 2</code>", "<code>stack</code>")
        // 20 steps of 1 GFLOP forward and 2 GFLOP backward.
        .contains("<td>20.0 GFLOP</td><td>40.0 GFLOP</td>");
  }

  @Test
  void thePageCarriesTheCurves() {
    JsonObject data = data(HtmlReport.render(RunReport.of("t", "r", Runs.twoStages())));
    assertThat(data.getAsJsonObject("training").getAsJsonArray("loss")).hasSize(40);
    JsonObject heldOut = data.getAsJsonObject("heldOut");
    assertThat(heldOut.getAsJsonArray("loss").toString()).isEqualTo("[5.0,4.0,4.0,3.0]");
    assertThat(heldOut.getAsJsonArray("steps").toString()).isEqualTo("[0,20,20,40]");
    assertThat(data.getAsJsonArray("stages").get(1).getAsJsonObject().getAsJsonObject("start"))
        .hasToString("{\"steps\":20,\"flops\":1.2E11,\"seconds\":5.0}");
  }

  @Test
  void growthsAndBlocksAreShown() {
    String page = HtmlReport.render(RunReport.of("t", "r", Runs.twoStages()));
    assertThat(page)
        .contains(
            "<td>3 → 6</td><td>3</td><td>80 %</td><td>60.0 %</td><td>30.0 %</td><td>10.0 %</td>"
                + "<td>4.000</td><td>4.250</td><td>+0.250</td>")
        .contains("data-blocks=\"copies\"", "data-blocks=\"gradients\"");
    JsonObject blocks = data(page).getAsJsonObject("blocks");
    // A gap where the model grows.
    assertThat(blocks.get("steps")).hasToString("[20,20,20,40]");
    assertThat(blocks.get("copies")).hasToString("[null,null,0.0,0.125]");
    assertThat(blocks.get("units")).hasToString("[null,null,null,0.25]");
    assertThat(blocks.getAsJsonArray("gradients")).hasSize(6);
    assertThat(blocks.getAsJsonArray("gradients").get(0)).hasToString("[0.12346,null,null,1.1235]");
    assertThat(blocks.getAsJsonArray("gradients").get(5)).hasToString("[null,null,null,1.1235]");
  }

  @Test
  void aRunWithoutGrowthShowsNoneOfThem() {
    String page = HtmlReport.render(RunReport.of("t", "r", List.of(Runs.stage(0, 0, "s", 3, 9))));
    assertThat(page).doesNotContain("id=\"growths\"", "<canvas data-blocks");
  }

  @Test
  void thePageNeedsNoNetworkAndCarriesTheLicence() {
    String page = HtmlReport.render(RunReport.of("t", "r", Runs.twoStages()));
    assertThat(page)
        .contains("Chart.js v4", "The MIT License (MIT)", "Permission is hereby granted")
        .contains("default-src 'none'")
        .doesNotContain("{{", "sourceMappingURL", " src=", "@import", "<link");
  }

  @Test
  void textOfTheRunIsNeverMarkup() {
    String evil = "</script><b>&\"'{{data}}$1\\";
    List<RunEvent> events = new ArrayList<>();
    events.add(
        new Growth(
            Runs.at(0, 0),
            evil,
            evil,
            Map.of(evil, evil),
            evil,
            1,
            2,
            List.of(0, 0),
            Optional.empty()));
    events.add(Runs.stage(0, 0, evil, 2, 5));
    String page = HtmlReport.render(RunReport.of(evil, evil, events));
    assertThat(page).doesNotContain("</script><b>", "<b>&\"").contains("{{data}}$1\\");
    String name =
        data(page).getAsJsonArray("stages").get(0).getAsJsonObject().get("name").getAsString();
    assertThat(name).isEqualTo(evil);
  }

  @Test
  void aLongRunIsThinnedAndALossThatIsNoNumberLeavesAGap() {
    List<RunEvent> events = new ArrayList<>();
    for (int step = 1; step <= 100_000; step++) {
      events.add(Runs.train(step / 70_001, step, step == 500 ? Double.NaN : step));
      events.add(Runs.eval(step / 70_001, step, step));
    }
    String page = HtmlReport.render(RunReport.of("t", "r", events));
    assertThat(page).contains("is the mean of 67 log entries").hasSizeLessThan(500_000);
    JsonObject training = data(page).getAsJsonObject("training");
    JsonArray losses = training.getAsJsonArray("loss");
    assertThat(losses).hasSizeBetween(1_400, 1_502);
    assertThat(losses.get(0).getAsDouble()).isEqualTo(34);
    assertThat(losses.get(500 / 67).isJsonNull()).isTrue();
    JsonArray heldOut = data(page).getAsJsonObject("heldOut").getAsJsonArray("steps");
    assertThat(heldOut).hasSizeBetween(1_400, 1_502);
    assertThat(heldOut.get(heldOut.size() - 1).getAsInt()).isEqualTo(100_000);
  }

  @Test
  void aRunThatHasNotBegunHasAReportToo() {
    String page = HtmlReport.render(RunReport.of("t", "r", List.of()));
    assertThat(page).contains("No stage has started.");
    assertThat(data(page).getAsJsonArray("stages")).isEmpty();
  }

  @Test
  void anEarlierReportIsReplacedAndNothingElseIsLeft() throws IOException {
    Path file = Files.writeString(folder.resolve(HtmlReport.FILE_NAME), "old");
    RunReport report = RunReport.of("Größe", "r", Runs.twoStages());
    HtmlReport.write(report, file);
    assertThat(Files.readString(file)).isEqualTo(HtmlReport.render(report));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void quantitiesAreReadable() {
    assertThat(
            Stream.of(0.0, 999.4, 999.6, 1.2345e15, 999.96e12, 9.996e9, 1e30).map(Quantity::flops))
        .containsExactly(
            "0 FLOP",
            "999 FLOP",
            "1.00 kFLOP",
            "1.23 PFLOP",
            "1.00 PFLOP",
            "10.0 GFLOP",
            "1000000 YFLOP");
    assertThat(Quantity.parameters(999)).isEqualTo("999");
    assertThat(Quantity.parameters(110_123_456)).isEqualTo("110 M");
    assertThat(Stream.of(1.25, 125.0, 3_599.6, 7_265.0).map(Quantity::seconds))
        .containsExactly("1.3 s", "2 min 5 s", "1 h 0 min", "2 h 1 min");
  }

  private static JsonObject data(String page) {
    Matcher matcher = DATA.matcher(page);
    assertThat(matcher.find()).isTrue();
    return JsonParser.parseString(matcher.group(1)).getAsJsonObject();
  }
}
