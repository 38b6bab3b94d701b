package org.espalier.tf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthTrial;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;

/**
 * Grows small models of our own families in temporary folders and runs them on the processor; loads
 * TensorFlow.
 */
public final class RealGrowthTrial implements GrowthTrial {
  private static final Map<String, String> SIZES =
      Map.of("blocks", "2", "residual", "8", "heads", "2", "ffn", "12");
  private static final Map<String, String> TEXT = Map.of("vocabulary", "40", "positions", "16");
  private static final Map<String, String> IMAGES =
      Map.of("image", "12", "patch", "4", "classes", "5");

  /** Creates the trial, for {@link java.util.ServiceLoader}. */
  public RealGrowthTrial() {}

  @Override
  public List<ModelRequest> models() {
    return List.of(request("bert", TEXT), request("gpt", TEXT), request("vit", IMAGES));
  }

  private static ModelRequest request(String family, Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(SIZES);
    settings.putAll(more);
    return new ModelRequest(family, settings);
  }

  @Override
  public double difference(
      ModelRequest request, long seed, Function<ModelSpec, GrowthPlan> growth) {
    Path folder = createFolder();
    try {
      Path small = folder.resolve("small");
      Path large = folder.resolve("large");
      Espalier.init(request, seed, small);
      try (Model model = Espalier.open(small)) {
        model.grow(growth.apply(model.spec()), large);
        try (Model grown = Espalier.open(large)) {
          Verification verification = model.compare(grown, Device.CPU);
          return verification.maxDifference() / verification.logitDeviation();
        }
      }
    } finally {
      delete(folder);
    }
  }

  private static Path createFolder() {
    try {
      return Files.createTempDirectory("espalier-trial");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
