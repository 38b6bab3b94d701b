package org.espalier.tf.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.BlockMap;
import org.espalier.api.DType;
import org.espalier.api.Growth;
import org.espalier.api.GrowthPlan;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Lineage;
import org.espalier.api.Mask;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.PeriodicStep;
import org.espalier.api.SeededRandom;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.bundle.BundleWriter;
import org.espalier.tf.family.FamilyModel;
import org.espalier.tf.family.FamilyOptions;
import org.espalier.tf.family.FamilyVariable;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.SavedModelWriter;
import org.tensorflow.proto.DataType;

/**
 * Family models that double their blocks: block t of the grown model is a copy of t mod blocks.
 *
 * <p>The front door does this with plans; training must not depend on how it is done.
 */
class StackingModels implements StageModels {
  /** Where a tensor of a model to be written comes from. */
  private interface Values {
    void add(BundleWriter writer, FamilyVariable variable);
  }

  private static void write(FamilyModel model, ModelRequest request, Path target, Values values) {
    SavedModelWriter.write(
        null,
        target,
        model.savedModel(),
        staging -> {
          BundleWriter bundle = BundleWriter.create(staging.resolve("variables/variables"));
          model.variables().forEach(variable -> values.add(bundle, variable));
          bundle.addString(CheckpointGraph.KEY, model.checkpointGraph().toByteArray());
          bundle.write(1, bytes -> {});
          Path extra = Files.createDirectories(staging.resolve("assets.extra"));
          Files.writeString(extra.resolve("request"), text(request));
        });
  }

  private static String text(ModelRequest request) {
    StringBuilder text = new StringBuilder("family=" + request.family() + "\n");
    request.settings().forEach((name, value) -> text.append(name + "=" + value + "\n"));
    return text.toString();
  }

  private static ModelRequest request(Path model) {
    try {
      Map<String, String> settings = new HashMap<>();
      for (String line : Files.readAllLines(model.resolve("assets.extra/request"))) {
        settings.put(line.split("=", 2)[0], line.split("=", 2)[1]);
      }
      return new ModelRequest(settings.remove("family"), settings);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static FamilyModel build(ModelRequest request) {
    return FamilyModel.build(FamilyOptions.parse(request));
  }

  @Override
  public void create(ModelRequest request, long seed, Path target) {
    write(build(request), request, target, (writer, variable) -> draw(writer, variable, seed));
  }

  static void draw(BundleWriter writer, FamilyVariable variable, long seed) {
    SeededRandom random = SeededRandom.of(seed).stream(variable.path());
    boolean wide = variable.parameter().dtype() == DType.FLOAT64;
    writer.add(
        variable.checkpointKey(),
        wide ? DataType.DT_DOUBLE : DataType.DT_FLOAT,
        variable.parameter().shape(),
        (long offset, ByteBuffer target) -> {
          for (long i = offset / (wide ? 8 : 4); target.hasRemaining(); i++) {
            double value = random.draw(variable.initializer(), i);
            if (wide) {
              target.putDouble(value);
            } else {
              target.putFloat((float) value);
            }
          }
        });
  }

  @Override
  public TrainableModel open(Path model) {
    return TrainableModel.read(model, build(request(model)).spec(), Calling.BY_CONVENTION);
  }

  @Override
  public GrowthPlan grow(GrowthTask task) {
    ModelRequest before = request(task.source());
    int blocks = Integer.parseInt(before.settings().get("blocks"));
    Map<String, String> settings = new HashMap<>(before.settings());
    settings.put("blocks", Integer.toString(2 * blocks));
    ModelRequest after = new ModelRequest(before.family(), settings);
    try (BundleReader reader = BundleReader.open(TrainerTensors.variables(task.source()))) {
      write(
          build(after),
          after,
          task.target(),
          (writer, variable) ->
              writer.copy(
                  variable.checkpointKey(),
                  reader,
                  CheckpointGraph.keyOf(source(variable.parameter(), blocks))));
    }
    task.slots().ifPresent(slots -> growSlots(slots, build(after).spec(), blocks));
    return GrowthPlan.from(build(before).spec()).blocks(2 * blocks, t -> t % blocks).build();
  }

  private static void growSlots(GrowthTask.SlotBundles slots, ModelSpec spec, int blocks) {
    try (BundleReader reader = BundleReader.open(slots.source())) {
      BundleWriter writer = BundleWriter.create(slots.target());
      for (Parameter parameter : spec.parameters()) {
        for (String kind : List.of("m/", "v/", "step/")) {
          writer.copy(kind + parameter.name(), reader, kind + source(parameter, blocks));
        }
      }
      writer.write(1, bytes -> {});
    }
  }

  private static String source(Parameter parameter, int blocks) {
    return parameter.inBlocks() ? parameter.nameIn(parameter.block() % blocks) : parameter.name();
  }

  @Override
  public GrowthPlan plan(
      ModelSpec model, PeriodicStep step, long run, long runs, long seed, Map<String, Mask> masks) {
    throw new AssertionError("no operator runs between the steps");
  }

  @Override
  public KernelRegistry kernels() {
    return KernelRegistry.empty();
  }

  @Override
  public String fingerprint(Path model) {
    return "";
  }

  @Override
  public Lineage lineage(Path model) {
    int blocks = Integer.parseInt(request(model).settings().get("blocks"));
    BlockMap map = BlockMap.of(blocks / 2, blocks, t -> t % (blocks / 2));
    return new Lineage(
        List.of(new Growth("stack", "test", Map.of("factor", "2"), 0, map, Map.of(), "")));
  }
}
