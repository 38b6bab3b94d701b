package org.espalier.tf;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthStep;
import org.espalier.api.Lineage;
import org.espalier.api.ModelRequest;
import org.espalier.api.OperatorRegistry;
import org.espalier.tf.train.GrowthTask;
import org.espalier.tf.train.StageModels;
import org.espalier.tf.train.TrainableModel;

/** Builds, opens and grows the models of a run. */
final class GrowingModels implements StageModels {
  private final OperatorRegistry operators;

  GrowingModels(OperatorRegistry operators) {
    this.operators = operators;
  }

  @Override
  public void create(ModelRequest request, long seed, Path target) {
    Espalier.init(request, seed, target);
  }

  @Override
  public TrainableModel open(Path path) {
    try (Model model = Model.open(path, operators)) {
      return TrainableModel.read(path, model.spec());
    }
  }

  @Override
  public void grow(GrowthTask task) {
    Map<String, Model> references = new HashMap<>();
    try (Model model = Model.open(task.source(), operators)) {
      task.references().forEach((name, path) -> references.put(name, Model.open(path, operators)));
      GrowthStep step = task.step();
      GrowthPlan plan = model.plan(step.operator(), step.options(), task.seed(), references);
      if (task.slots().isPresent()) {
        SlotGrowth.write(plan, task.slots().get(), operators.kernels());
      }
      model.grow(plan, references, task.target());
    } finally {
      references.values().forEach(Model::close);
    }
  }

  @Override
  public Lineage lineage(Path path) {
    try (Model model = Model.open(path, operators)) {
      return model.lineage();
    }
  }
}
