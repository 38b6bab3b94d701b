package org.espalier.tf;

import com.google.common.base.Suppliers;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.espalier.api.Growth;
import org.espalier.api.GrowthPlan;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Lineage;
import org.espalier.api.Mask;
import org.espalier.api.TensorRule;
import org.espalier.tf.bundle.BundleWriter;
import org.espalier.tf.bundle.PlannedTensor;
import org.espalier.tf.graph.GraphVariable;
import org.espalier.tf.savedmodel.BuiltGraph;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.GraphFile;
import org.espalier.tf.savedmodel.MaskFile;
import org.espalier.tf.savedmodel.ModelRecord;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.espalier.tf.savedmodel.SavedModelWriter;
import org.espalier.tf.weights.SourceTensors;
import org.espalier.tf.weights.WeightTransfer;

/** Carries out a plan: rewrites the graph, streams the tensors, notes the lineage. */
final class ModelGrowth {
  private static final int THREADS = 2;

  private final Model model;
  private final GrowthPlan plan;
  private final Map<String, Model> references;
  private final Optional<Model> template;
  private final KernelRegistry kernels;

  ModelGrowth(
      Model model,
      GrowthPlan plan,
      Map<String, Model> references,
      Optional<Model> template,
      KernelRegistry kernels) {
    this.model = model;
    this.plan = plan.carrying(Maps.transformValues(model.masks(), Mask::spec));
    this.references = references;
    this.template = template;
    this.kernels = kernels;
  }

  GrowthResult write(Path out) {
    long start = System.nanoTime();
    checkPlan();
    SavedModelWriter.checkTarget(model.directory(), out);
    Supplier<NextGraph> graph = graph();
    GrownMasks masks = GrownMasks.of(model, tensors(model), plan, kernels);
    NextFiles files = new NextFiles(graph, masks);
    SavedModelWriter.write(template.orElse(model).directory(), out, files);
    return new GrowthResult(
        out, sizeOf(out), (System.nanoTime() - start) * 1e-9, files.next.fates());
  }

  /** Fills the folder of the next model. */
  private final class NextFiles implements SavedModelWriter.Whole {
    private final Supplier<NextGraph> graph;
    private final GrownMasks masks;
    private BundleWriter writer;
    private NextGraph next;

    NextFiles(Supplier<NextGraph> graph, GrownMasks masks) {
      this.graph = graph;
      this.masks = masks;
    }

    @Override
    public GraphFile write(Path staging) throws IOException {
      writer = BundleWriter.create(staging.resolve(SavedModelDirectory.VARIABLES_PREFIX));
      next = startVariables(writer, graph, masks.kept());
      if (template.isPresent()) {
        TemplateGraph.copyIdentity(template.get(), staging);
      }
      if (!masks.next().isEmpty()) {
        MaskFile.write(staging.resolve(MaskFile.FILE), masks.next());
      }
      return next.file();
    }

    @Override
    public void complete(Path staging) throws IOException {
      Optional<BuiltGraph> built =
          next.builtWith().isPresent()
              ? Optional.of(BuiltGraph.of(staging, next.builtWith().getAsDouble()))
              : Optional.empty();
      new ModelRecord(next.spec(), nextLineage(), built).write(staging);
      writer.write(THREADS, bytes -> {});
    }

    @Override
    public void close() {
      if (writer != null) {
        writer.close();
      }
    }
  }

  /** What may be refused in no time is made at once, before anything is written. */
  private Supplier<NextGraph> graph() {
    if (template.isPresent()) {
      return Suppliers.ofInstance(TemplateGraph.of(template.get(), plan.to()));
    }
    if (!NextGraph.changesSizes(model, plan.to())) {
      return () -> NextGraph.of(model, plan.to());
    }
    return model.built().isPresent()
        ? () -> FamilyGraph.of(model, plan.to())
        : Suppliers.ofInstance(FamilyGraph.of(model, plan.to()));
  }

  /** Tensors stream while the graph is made: where they go shows only then. */
  private NextGraph startVariables(
      BundleWriter writer, Supplier<NextGraph> graph, Map<String, Mask> kept) {
    Map<String, SourceTensors> others = new HashMap<>();
    references.forEach((name, reference) -> others.put(name, tensors(reference)));
    Map<String, PlannedTensor> tensors =
        new WeightTransfer(tensors(model), others, kernels)
            .keeping(kept)
            .tensors(plan.to().parametersByName(), rules(graph), writer);
    writer.start(THREADS, bytes -> {});
    NextGraph next = graph.get();
    Variables targets = next.targets();
    checkTargets(targets, tensors.keySet());
    tensors.forEach((name, tensor) -> targets.keys(name).forEach(key -> writer.entry(key, tensor)));
    if (next.rest().isPresent()) {
      copyTheRest(next.rest().get(), targets, writer);
    }
    writer.addString(CheckpointGraph.KEY, next.checkpointGraph().toByteArray());
    return next;
  }

  /** A template that lacks state of the plan's has its own. */
  private Map<String, TensorRule> rules(Supplier<NextGraph> graph) {
    return template.isPresent()
        ? Maps.filterKeys(plan.rules(), graph.get().targets().parameters()::containsKey)
        : plan.rules();
  }

  private void checkPlan() {
    if (!plan.from().equals(model.spec())) {
      throw new EspalierException(
          "The plan is for another model than "
              + model.directory()
              + "; make it from this model's own spec");
    }
  }

  private void checkTargets(Variables targets, Set<String> planned) {
    if (!targets.parameters().keySet().equals(planned)) {
      throw new EspalierException(
          "The next graph and the plan differ: only the graph has %s, only the plan has %s"
              .formatted(
                  Sets.difference(targets.parameters().keySet(), planned),
                  Sets.difference(planned, targets.parameters().keySet())));
    }
  }

  private Lineage nextLineage() {
    String parent = model.fingerprint();
    List<Growth> growths =
        plan.growths().isEmpty()
            ? List.of(
                new Growth("code", "unknown", Map.of(), 0, plan.blocks(), plan.widths(), parent))
            : plan.growths();
    Lineage lineage = model.lineage();
    for (Growth growth : growths) {
      lineage = lineage.with(growth.of(parent));
    }
    return lineage;
  }

  /** What is no parameter, such as tables, counters and text, stays as it is. */
  private void copyTheRest(Model rest, Variables targets, BundleWriter writer) {
    Set<String> done = new HashSet<>(Set.of(CheckpointGraph.KEY));
    if (template.isEmpty()) {
      rest.variables().keys().values().forEach(done::addAll);
    }
    targets.keys().values().forEach(done::addAll);
    for (GraphVariable variable : targets.others()) {
      String source =
          variable
              .previousKey()
              .or(
                  () ->
                      Optional.of(variable.key())
                          .filter(key -> rest.weights().entries().containsKey(key)))
              .orElseThrow(
                  () ->
                      new EspalierException(
                          "Variable '%s' of a new block is %s, which cannot be made"
                              .formatted(variable.path(), variable.type())));
      for (String key : variable.keys()) {
        writer.copy(key, rest.weights(), source);
        done.add(key);
      }
    }
    rest.variables().others().forEach(variable -> done.addAll(variable.keys()));
    for (String key : rest.weights().entries().keySet()) {
      if (done.add(key)) {
        writer.copy(key, rest.weights(), key);
      }
    }
  }

  static SourceTensors tensors(Model model) {
    Map<String, String> first = new HashMap<>();
    model.variables().keys().forEach((name, keys) -> first.put(name, keys.get(0)));
    return new SourceTensors(model.weights(), first);
  }

  private static long sizeOf(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      long size = 0;
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        size += Files.size(file);
      }
      return size;
    } catch (IOException e) {
      throw new EspalierException("Cannot read " + directory + ": " + e.getMessage(), e);
    }
  }
}
