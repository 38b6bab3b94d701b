package org.espalier.testkit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.HostTensor;
import org.espalier.api.KernelRegistry;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.RegisteredOperator;

/** An operator under test with the requests that it is given; computes plans once. */
final class Subject {
  static final long SEED = 20_240_229;

  // Of this thread: tests may run at once.
  private static final ThreadLocal<Subject> LAST = new ThreadLocal<>();

  private final OperatorContract contract;
  private final GrowthOperator<?> operator;
  private final Map<Rule, Boolean> outcomes = new EnumMap<>(Rule.class);
  private List<Case> planned;

  /**
   * A request and the plan that the operator made.
   *
   * @param request what was asked
   * @param plan what was answered
   */
  record Case(GrowthRequest<Record> request, GrowthPlan plan) {
    @Override
    public String toString() {
      ModelSpec model = request.model();
      return "for %s of %d blocks %s with %s"
          .formatted(model.family(), model.blocks(), model.dimensions(), request.options());
    }
  }

  /**
   * Returns the subject of a contract. The tests of one class follow each other, so the last
   * subject is kept: it has made the plans already.
   */
  static Subject of(OperatorContract contract) {
    Subject created = new Subject(contract);
    Subject last = LAST.get();
    if (last != null
        && last.contract.getClass() == contract.getClass()
        && last.type() == created.type()) {
      return last;
    }
    LAST.set(created);
    return created;
  }

  private Subject(OperatorContract contract) {
    this.contract = contract;
    this.operator = contract.operator();
  }

  /** Returns whether a rule holds, which is tried once. */
  boolean remembered(Rule rule, BooleanSupplier trial) {
    Boolean known = outcomes.get(rule);
    if (known == null) {
      known = trial.getAsBoolean();
      outcomes.put(rule, known);
    }
    return known;
  }

  OperatorContract contract() {
    return contract;
  }

  GrowthOperator<?> operator() {
    return operator;
  }

  Class<?> type() {
    return operator.getClass();
  }

  Operator metadata() {
    Operator metadata = type().getAnnotation(Operator.class);
    Broken.unless(metadata != null, "%s has no @Operator", type().getName());
    return metadata;
  }

  RegisteredOperator registered() {
    return OperatorRegistry.of(operator).find(metadata().id());
  }

  KernelRegistry kernels() {
    return KernelRegistry.discover(type().getClassLoader());
  }

  GrowthRequest<Record> request(ModelSpec model, Map<String, String> options) {
    return request(model, registered().bind(options), SEED);
  }

  GrowthRequest<Record> request(ModelSpec model, Record options, long seed) {
    return new GrowthRequest<>(
        model, options, seed, contract.lineage(model), contract.references(model));
  }

  /** Returns the operator's own answer, whatever it throws. */
  GrowthPlan raw(GrowthRequest<Record> request) {
    return raw(operator, request);
  }

  static GrowthPlan raw(GrowthOperator<?> operator, GrowthRequest<Record> request) {
    @SuppressWarnings("unchecked") // The options were bound to the record that it declares.
    GrowthOperator<Record> typed = (GrowthOperator<Record>) operator;
    return typed.plan(request);
  }

  /** Returns the requests of all options on all models. */
  List<GrowthRequest<Record>> requests() {
    List<GrowthRequest<Record>> all = new ArrayList<>();
    for (Map<String, String> options : contract.options()) {
      for (ModelSpec model : contract.models()) {
        all.add(request(model, options));
      }
    }
    return all;
  }

  /** Returns the plan for a request, unless the operator refuses it. */
  Optional<GrowthPlan> plan(GrowthRequest<Record> request) {
    try {
      return Optional.of(raw(request));
    } catch (EspalierException e) {
      return Optional.empty();
    }
  }

  /** Returns the requests that the operator takes, with their plans. */
  List<Case> cases() {
    if (planned == null) {
      planned = new ArrayList<>();
      for (GrowthRequest<Record> request : requests()) {
        plan(request).ifPresent(plan -> planned.add(new Case(request, plan)));
      }
    }
    return planned;
  }

  Map<String, Map<String, HostTensor>> referenceTensors(GrowthRequest<Record> request) {
    Map<String, Map<String, HostTensor>> tensors = new LinkedHashMap<>();
    new TreeMap<>(request.references())
        .forEach((name, spec) -> tensors.put(name, ModelSpecs.tensors(spec, SEED + 1)));
    return tensors;
  }
}
