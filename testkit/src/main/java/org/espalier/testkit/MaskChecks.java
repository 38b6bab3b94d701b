package org.espalier.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.HostTensor;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.ReferenceExecutor;
import org.espalier.api.SeededRandom;
import org.espalier.testkit.Subject.Case;

/** What becomes of masks: those that plans compute, and those that a sparse model has. */
final class MaskChecks {
  /** Larger models show nothing that these do not. */
  private static final int MOST_BLOCKS = 3;

  private MaskChecks() {}

  /** A request for a sparse model, with the masks that it has. */
  private record SparseModel(GrowthRequest<Record> request, Map<String, Mask> masks) {}

  static void kernelsMakeWhatIsDeclared(Subject subject) {
    for (Case one : subject.cases()) {
      masks(subject, one, Map.of());
    }
    for (SparseModel sparse : sparseModels(subject)) {
      plan(subject, sparse)
          .ifPresent(plan -> masks(subject, new Case(sparse.request(), plan), sparse.masks()));
    }
  }

  private static void masks(Subject subject, Case one, Map<String, Mask> masks) {
    if (one.plan().masks().isEmpty()) {
      return;
    }
    Map<String, HostTensor> tensors = ModelSpecs.tensors(one.request().model(), Subject.SEED);
    masks.forEach((name, mask) -> tensors.computeIfPresent(name, (n, t) -> mask.applyTo(t)));
    ReferenceExecutor executor = new ReferenceExecutor(subject.kernels());
    Map<String, Mask> made;
    try {
      made = executor.masks(one.plan(), tensors, masks);
    } catch (RuntimeException e) {
      throw new Broken("masks cannot be made %s: %s".formatted(one, e), e);
    }
    Broken.unless(
        made.equals(executor.masks(one.plan(), tensors, masks)),
        "a second call makes other masks %s",
        one);
  }

  static void masksAreKeptOrRefused(Subject subject) {
    for (SparseModel sparse : sparseModels(subject)) {
      raw(subject, sparse)
          .filter(plan -> !plan.masks().isEmpty())
          .ifPresent(
              plan -> {
                try {
                  plan.carrying(sparse.request().masks());
                } catch (EspalierException e) {
                  throw new Broken(
                      "%s %s".formatted(e.getMessage(), new Case(sparse.request(), plan)), e);
                }
              });
    }
  }

  /** Returns the plan with the masks that it takes along, unless it is refused. */
  private static Optional<GrowthPlan> plan(Subject subject, SparseModel sparse) {
    return raw(subject, sparse)
        .flatMap(
            plan -> {
              try {
                return Optional.of(plan.carrying(sparse.request().masks()));
              } catch (EspalierException e) {
                return Optional.empty();
              }
            });
  }

  private static Optional<GrowthPlan> raw(Subject subject, SparseModel sparse) {
    try {
      return Optional.of(subject.raw(sparse.request()));
    } catch (EspalierException e) {
      Broken.unless(
          String.valueOf(e.getMessage()).lines().count() == 1,
          "a sparse model is refused with '%s'",
          e.getMessage());
      return Optional.empty();
    } catch (RuntimeException | LinkageError e) {
      throw new Broken(
          "a sparse %s with %s gives %s"
              .formatted(sparse.request().model().family(), sparse.request().options(), e),
          e);
    }
  }

  /** The models of the contract with half of each block's kernels in use. */
  private static List<SparseModel> sparseModels(Subject subject) {
    List<SparseModel> all = new ArrayList<>();
    for (GrowthRequest<Record> dense : subject.requests()) {
      Map<String, Mask> masks = masks(dense.model());
      if (dense.model().blocks() <= MOST_BLOCKS && !masks.isEmpty()) {
        Map<String, MaskSpec> specs = new LinkedHashMap<>();
        masks.forEach((name, mask) -> specs.put(name, mask.spec()));
        all.add(
            new SparseModel(
                new GrowthRequest<>(
                    dense.model(),
                    dense.options(),
                    dense.seed(),
                    dense.lineage(),
                    dense.references(),
                    specs),
                masks));
      }
    }
    return all;
  }

  private static Map<String, Mask> masks(ModelSpec model) {
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      if (parameter.inBlocks() && parameter.role().endsWith(".kernel")) {
        MaskSpec full = MaskSpec.of(parameter, 1, model.dimensions());
        int half = (full.blocks() + 1) / 2;
        long start = SeededRandom.of(Subject.SEED).stream(parameter.name()).bits(0);
        int offset = (int) Math.floorMod(start, (long) full.blocks());
        masks.put(
            parameter.name(), Mask.of(full, i -> Math.floorMod(i + offset, full.blocks()) < half));
      }
    }
    return masks;
  }
}
