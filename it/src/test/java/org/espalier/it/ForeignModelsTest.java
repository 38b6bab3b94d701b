package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Grows and trains the models of {@code exporters.py} and has each exporter's own Python judge what
 * came out. The table in docs/interop.md is what this test ran.
 *
 * <p>{@code -Dexporters=all} or {@code -Dexporters=NAME,…} takes those instead of one of each kind,
 * and {@code -Dexporters.directory=DIR} keeps what was made, and takes models that are there
 * already.
 */
@DisplayName("Models made elsewhere")
class ForeignModelsTest {
  @TempDir private Path temporary;

  @Test
  void areInspectedGrownTrainedAndGivenBackAsDocumented() throws Exception {
    // Here, as skipping a test works on its own thread alone.
    PythonEnvironment.checkInstalled();
    Path kept = Path.of(System.getProperty("exporters.directory", temporary.toString()));
    List<ForeignExporter> exporters = chosen();
    Path fixtures = Files.createDirectories(kept.resolve("fixtures"));
    Path results = Files.createTempDirectory(kept, "grown");
    Path corpus =
        Files.writeString(temporary.resolve("text"), "to grow a tree, train it. ".repeat(400));
    ForeignTable table = new ForeignTable(ForeignExporter.names(exporters));
    List<ForeignLane> lanes = new ArrayList<>();
    for (boolean huggingFace : new boolean[] {true, false}) {
      List<ForeignExporter> part =
          exporters.stream().filter(e -> e.isHuggingFace() == huggingFace).toList();
      String name = huggingFace ? "hugging-face" : "others";
      lanes.add(new ForeignLane(name, part, fixtures, results, corpus, table));
    }
    inParallel(lanes);
    Files.writeString(Root.resolve("it/target/interop-table.md"), table.markdown());
    assertThat(table.failures()).isEmpty();
    ForeignPage ran = new ForeignPage(table.markdown());
    ForeignPage page = ForeignPage.documented();
    assertThat(page.rows()).containsAllEntriesOf(ran.rows());
    if (exporters.equals(ForeignExporter.ALL)) {
      assertThat(page.table()).isEqualTo(ran.table());
    }
  }

  private static List<ForeignExporter> chosen() {
    String names = System.getProperty("exporters", "");
    return switch (names) {
      case "" -> ForeignExporter.EVERY_BUILD;
      case "all" -> ForeignExporter.ALL;
      default -> ForeignExporter.named(names.split(",", -1));
    };
  }

  private static void inParallel(List<ForeignLane> lanes) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(lanes.size());
    try {
      for (Future<Void> lane : threads.invokeAll(lanes)) {
        lane.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
