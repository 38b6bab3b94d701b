package org.espalier.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.testkit.Subject.Case;

/** What a plan must be, before it is carried out. */
final class PlanChecks {
  private static final int THREADS = 4;

  private PlanChecks() {}

  static void plansOrRefuses(Subject subject) {
    List<String> refusals = new ArrayList<>();
    int plans = 0;
    for (GrowthRequest<Record> request : requests(subject)) {
      Optional<String> refusal = refusal(subject, request);
      refusal.ifPresent(refusals::add);
      plans += refusal.isEmpty() ? 1 : 0;
    }
    Broken.unless(
        plans > 0, "it refuses every model of the test: %s", refusals.stream().findFirst());
  }

  private static List<GrowthRequest<Record>> requests(Subject subject) {
    List<GrowthRequest<Record>> all = new ArrayList<>(subject.requests());
    for (ModelSpec strange : ModelSpecs.strange()) {
      all.add(subject.request(strange, subject.contract().options().get(0)));
    }
    return all;
  }

  private static Optional<String> refusal(Subject subject, GrowthRequest<Record> request) {
    GrowthPlan plan;
    try {
      plan = subject.raw(request);
    } catch (EspalierException e) {
      String message = String.valueOf(e.getMessage());
      Broken.unless(
          !message.isBlank() && message.lines().count() == 1, "it refuses with '%s'", message);
      return Optional.of(message);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw new Broken(
          "%s of %s throws %s".formatted(request.options(), request.model().family(), e), e);
    }
    Broken.unless(plan != null, "it returns null");
    return Optional.empty();
  }

  static void isForThisModel(Subject subject) {
    for (Case one : subject.cases()) {
      Broken.unless(
          one.plan().from().equals(one.request().model()), "it is for another model %s", one);
    }
  }

  static void nextSpecFollows(Subject subject) {
    for (Case one : subject.cases()) {
      ModelSpec to = one.plan().to();
      ModelSpec expected = one.request().model();
      if (to.blocks() != expected.blocks()) {
        expected = expected.withBlocks(to.blocks());
      }
      Broken.unless(
          to.dimensions().keySet().equals(expected.dimensions().keySet()),
          "the next model has the dimensions %s %s",
          to.dimensions(),
          one);
      expected = expected.withDimensions(to.dimensions());
      Broken.unless(
          to.family().equals(expected.family()),
          "the next model is of the family %s %s",
          to.family(),
          one);
      checkParameters(one, expected);
      if (to.attributes().normEpsilon().isPresent()) {
        expected =
            expected.withAttributes(
                expected.attributes().withNormEpsilon(to.attributes().normEpsilon().getAsDouble()));
      }
      Broken.unless(
          to.attributes().equals(expected.attributes()),
          "the next model has other attributes, %s %s",
          to.attributes(),
          one);
    }
  }

  private static void checkParameters(Case one, ModelSpec expected) {
    var found =
        one.plan().to().parameters().stream().collect(Collectors.toMap(Parameter::name, p -> p));
    for (Parameter parameter : expected.parameters()) {
      Parameter other = found.remove(parameter.name());
      Broken.unless(
          parameter.equals(other),
          "%s should be %s and is %s %s",
          parameter.name(),
          parameter,
          other,
          one);
    }
    Broken.unless(
        found.isEmpty(), "the next model has parameters more, %s %s", found.keySet(), one);
  }

  static void isDeterministic(Subject subject) {
    GrowthOperator<?> another = subject.contract().operator();
    for (Case one : subject.cases()) {
      Broken.unless(
          one.plan().equals(subject.raw(one.request()))
              && one.plan().equals(Subject.raw(another, one.request())),
          "a second plan differs %s",
          one);
    }
  }

  static void isThreadSafe(Subject subject) {
    List<Case> cases = subject.cases();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Future<Optional<Case>>> results = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Callable<Optional<Case>> work =
            () -> {
              start.await();
              return cases.stream()
                  .filter(one -> !one.plan().equals(subject.raw(one.request())))
                  .findFirst();
            };
        results.add(threads.submit(work));
      }
      for (Future<Optional<Case>> result : results) {
        result
            .get()
            .ifPresent(
                one -> {
                  throw new Broken("plans differ when made at once " + one);
                });
      }
    } catch (ExecutionException e) {
      throw new Broken("plans made at once throw " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Broken("the test was interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  static void survivesJson(Subject subject) {
    for (Case one : subject.cases()) {
      GrowthPlan read;
      try {
        read = GrowthPlan.fromJson(one.plan().toJson());
      } catch (RuntimeException e) {
        throw new Broken("its JSON cannot be read %s: %s".formatted(one, e), e);
      }
      Broken.unless(read.equals(one.plan()), "another plan is read %s", one);
    }
  }
}
