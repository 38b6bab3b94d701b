package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationTest {
  @TempDir private Path directory;

  @Test
  void mayBeBesideTheInputEvenIfItsNameStartsAlike() throws IOException {
    Path input = Files.createDirectory(directory.resolve("model"));
    Path out = directory.resolve("model-grown");
    assertThat(Destination.fresh(out, List.of(input))).isEqualTo(out);
  }

  @Test
  void isNeverInsideTheInputWhateverThePath() throws IOException {
    Path input = Files.createDirectory(directory.resolve("model"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), input);
    for (Path out :
        List.of(
            input.resolve("grown"),
            input.resolve("a/b/c"),
            link.resolve("grown"),
            directory.resolve("other/../model/grown"))) {
      assertThatThrownBy(() -> Destination.fresh(out, List.of(input)))
          .as(out.toString())
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("inside the input " + input);
    }
  }

  @Test
  void isNeverSomethingThatExists() throws IOException {
    Path dangling = Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere"));
    for (Path out : List.of(directory, dangling)) {
      assertThatThrownBy(() -> Destination.fresh(out, List.of()))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("exists");
    }
  }

  @Test
  void ofARunGoesOnOnlyWithResume() throws IOException {
    Path run = directory.resolve("run");
    assertThat(RunDirectory.choose(Optional.of(run), "r", true))
        .as("nothing to resume yet")
        .isEqualTo(new RunDirectory(run, false));
    Files.createDirectory(run);
    assertThat(RunDirectory.choose(Optional.of(run), "r", true))
        .isEqualTo(new RunDirectory(run, true));
    assertThatThrownBy(() -> RunDirectory.choose(Optional.of(run), "r", false))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("exists; go on with --resume");
  }

  @Test
  void ofARunIsNumberedByDefault() throws IOException {
    Path first = directory.resolve("r");
    assertThat(RunDirectory.numbered(directory, "r", true))
        .isEqualTo(new RunDirectory(first, false));
    Files.createDirectory(first);
    Path second = directory.resolve("r-2");
    assertThat(RunDirectory.numbered(directory, "r", false))
        .isEqualTo(new RunDirectory(second, false));
    Files.createDirectory(second);
    assertThat(RunDirectory.numbered(directory, "r", true))
        .isEqualTo(new RunDirectory(second, true));
  }
}
