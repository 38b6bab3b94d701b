package org.espalier.tf.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Precision;
import org.espalier.api.SeededRandom;
import org.espalier.api.Selector;
import org.espalier.api.TrainableSet;
import org.espalier.tf.train.FamilyTraining.Written;

/**
 * Times training steps; {@code benchmarks/step.py} and its neighbours run it.
 *
 * <p>Arguments: number of timed steps, then {@code key=value} for family settings, {@code family},
 * {@code batch}, {@code sequence}, {@code form}, {@code intra}, {@code inter}, {@code precision},
 * {@code share} of the positions that count, the selectors {@code train} and {@code freeze}, and,
 * for a model of which {@code sparsity} of the kernels is zero in blocks of {@code block}, {@code
 * products}, {@code blocks} or {@code whole}. Prints one JSON line.
 */
final class StepTiming {
  private static final int WARM_UP = 5;

  private StepTiming() {}

  public static void main(String[] args) throws Exception {
    int steps = Integer.parseInt(args[0]);
    Map<String, String> settings = new HashMap<>();
    settings.putAll(Map.of("blocks", "4", "residual", "256", "heads", "4", "vocabulary", "8192"));
    settings.putAll(Map.of("positions", "128", "family", "gpt", "batch", "16"));
    settings.putAll(Map.of("sequence", "128", "intra", "0", "inter", "0", "form", "FUSED"));
    settings.putAll(Map.of("train", "all", "share", "1", "precision", "full"));
    settings.putAll(Map.of("sparsity", "0", "block", "32", "products", "blocks"));
    for (int i = 1; i < args.length; i++) {
      String[] pair = args[i].split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    StepForm form = StepForm.valueOf(settings.remove("form"));
    Precision precision = Precision.valueOf(settings.remove("precision").toUpperCase(Locale.ROOT));
    String family = settings.remove("family");
    int batch = Integer.parseInt(settings.remove("batch"));
    int sequence = Integer.parseInt(settings.remove("sequence"));
    double share = Double.parseDouble(settings.remove("share"));
    double sparsity = Double.parseDouble(settings.remove("sparsity"));
    int block = Integer.parseInt(settings.remove("block"));
    boolean byBlocks = settings.remove("products").equals("blocks");
    DeviceSettings device =
        new DeviceSettings(
            "cpu",
            Integer.parseInt(settings.remove("intra")),
            Integer.parseInt(settings.remove("inter")));
    TrainableSet trainable = trainable(settings.remove("train"), settings.remove("freeze"));
    Path directory = Files.createTempDirectory("step-timing").resolve("model");
    Written written = Written.of(family, settings, directory);
    OptimizerSettings optimizer = OptimizerSettings.adamW(1e-4, 0.01, 1);
    FamilyMasks masks =
        sparsity == 0
            ? FamilyMasks.NONE
            : FamilyMasks.random(written.built().spec(), sparsity, block, 2, byBlocks);
    try (FamilyTraining training =
        FamilyTraining.of(
            written.model(),
            written.model().chosenBy(trainable),
            optimizer,
            StepShape.masked(batch, sequence, share),
            device,
            form,
            precision,
            masks)) {
      int vocabulary = Integer.parseInt(settings.get("vocabulary"));
      time(training.trainer(), example(batch, sequence, vocabulary, share), steps);
    }
  }

  private static TrainableSet trainable(String train, String freeze) {
    List<Selector> frozen = freeze == null ? List.of() : List.of(new Selector(freeze));
    return new TrainableSet(List.of(new Selector(train)), frozen);
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private static void time(Trainer trainer, Example example, int steps) {
    double[] wall = new double[steps];
    double[] cpu = new double[steps];
    double first = 0;
    double last = 0;
    double firstStep = 0;
    for (int step = -WARM_UP; step < steps; step++) {
      long start = System.nanoTime();
      long busy = cpuNanos();
      last = trainer.step(example, step + WARM_UP, 1e-4).loss();
      double took = (System.nanoTime() - start) / 1e6;
      if (step == -WARM_UP) {
        first = last;
        firstStep = took;
      }
      if (step >= 0) {
        wall[step] = took;
        cpu[step] = (cpuNanos() - busy) / 1e6;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "{\"what\": \"espalier\", \"median_ms\": %.1f, \"fastest_ms\": %.1f, \"cpu_median_ms\": %.1f,"
            + " \"cpu_fastest_ms\": %.1f, \"first_ms\": %.1f, \"first_loss\": %.6f, \"last_loss\": %.6f,"
            + " \"forward_flops\": %d, \"backward_flops\": %d}%n",
        median(wall),
        Arrays.stream(wall).min().orElse(0),
        median(cpu),
        Arrays.stream(cpu).min().orElse(0),
        firstStep,
        first,
        last,
        trainer.flops().forward(),
        trainer.flops().backward());
  }

  private static Example example(int batch, int sequence, int vocabulary, double share) {
    SeededRandom random = SeededRandom.of(8);
    int[][] rows = new int[batch][sequence + 1];
    for (int i = 0; i < batch; i++) {
      for (int j = 0; j <= sequence; j++) {
        rows[i][j] = random.below((long) i * (sequence + 1) + j, vocabulary);
      }
    }
    int[][] tokens = new int[batch][];
    int[][] labels = new int[batch][];
    float[][] weights = new float[batch][sequence];
    for (int i = 0; i < batch; i++) {
      tokens[i] = Arrays.copyOf(rows[i], sequence);
      labels[i] = Arrays.copyOfRange(rows[i], 1, sequence + 1);
      for (int j = 0; j < sequence; j++) {
        // The positions that keras_step.py chooses.
        weights[i][j] = (i * sequence + j) * 19 % 100 < 100 * share ? 1 : 0;
      }
    }
    return new TokenExample(tokens, labels, weights);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
