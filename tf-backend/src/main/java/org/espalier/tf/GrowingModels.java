package org.espalier.tf;

import com.google.common.collect.Maps;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthStep;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Lineage;
import org.espalier.api.Mask;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.OptionDescription;
import org.espalier.api.PeriodicStep;
import org.espalier.api.RegisteredOperator;
import org.espalier.tf.train.Calling;
import org.espalier.tf.train.GrowthTask;
import org.espalier.tf.train.StageModels;
import org.espalier.tf.train.TrainableModel;

/** Builds, opens and grows the models of a run. */
final class GrowingModels implements StageModels {
  private final OperatorRegistry operators;
  private final Calling calling;

  GrowingModels(OperatorRegistry operators, ModelCall call) {
    this.operators = operators;
    this.calling = call.calling();
  }

  @Override
  public void create(ModelRequest request, long seed, Path target) {
    Espalier.init(request, seed, target);
  }

  @Override
  public TrainableModel open(Path path) {
    try (Model model = Model.open(path, operators)) {
      return TrainableModel.read(path, model.spec(), calling);
    }
  }

  @Override
  public GrowthPlan grow(GrowthTask task) {
    Map<String, Model> references = new HashMap<>();
    try (Model model = Model.open(task.source(), operators)) {
      task.references().forEach((name, path) -> references.put(name, Model.open(path, operators)));
      GrowthStep step = task.step();
      GrowthPlan plan = model.plan(step.operator(), step.options(), task.seed(), references);
      if (task.slots().isPresent()) {
        KernelRegistry kernels = operators.kernels();
        GrownMasks masks = GrownMasks.of(model, ModelGrowth.tensors(model), plan, kernels);
        SlotGrowth.write(plan, task.slots().get(), kernels, masks.kept());
      }
      model.grow(plan, references, task.target());
      return plan;
    } finally {
      references.values().forEach(Model::close);
    }
  }

  @Override
  public GrowthPlan plan(
      ModelSpec model, PeriodicStep step, long run, long runs, long seed, Map<String, Mask> masks) {
    RegisteredOperator operator = operators.find(step.operator());
    Map<String, String> options = new TreeMap<>(step.options());
    for (OptionDescription option : operator.options()) {
      if (option.name().equals("update")) {
        options.putIfAbsent("update", Long.toString(run));
      } else if (option.name().equals("updates")) {
        options.putIfAbsent("updates", Long.toString(runs));
      }
    }
    return operator.plan(
        model, options, seed, Lineage.empty(), Map.of(), Maps.transformValues(masks, Mask::spec));
  }

  @Override
  public KernelRegistry kernels() {
    return operators.kernels();
  }

  @Override
  public String fingerprint(Path path) {
    return Fingerprint.of(path);
  }

  @Override
  public Lineage lineage(Path path) {
    try (Model model = Model.open(path, operators)) {
      return model.lineage();
    }
  }
}
