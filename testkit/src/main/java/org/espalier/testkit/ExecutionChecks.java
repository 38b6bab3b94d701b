package org.espalier.testkit;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.espalier.api.HostTensor;
import org.espalier.api.MaskRule;
import org.espalier.api.ModelSpec;
import org.espalier.api.Moment;
import org.espalier.api.Parameter;
import org.espalier.api.ReferenceExecutor;
import org.espalier.api.SlotPolicy;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.testkit.Subject.Case;

/** What comes of a plan that is carried out in memory. */
final class ExecutionChecks {
  private ExecutionChecks() {}

  static void kernelsAreRegistered(Subject subject) {
    String id = subject.metadata().id();
    String vendor = id.substring(0, id.indexOf(':') + 1);
    List<String> registered = subject.kernels().ids();
    for (Case one : subject.cases()) {
      Stream.concat(
              one.plan().rules().values().stream(),
              one.plan().masks().values().stream().map(MaskRule::rule))
          .forEach(rule -> check(rule, registered, vendor));
    }
  }

  private static void check(TensorRule rule, List<String> registered, String vendor) {
    if (rule instanceof TensorRule.Compute compute) {
      String kernel = compute.kernel();
      Broken.unless(
          registered.contains(kernel), "'%s' is named, and registered are %s", kernel, registered);
      Broken.unless(
          kernel.startsWith(vendor) && (vendor.isEmpty() == (kernel.indexOf(':') < 0)),
          "'%s' is not of '%s'",
          kernel,
          vendor);
    }
  }

  static void referencesExist(Subject subject) {
    for (Case one : subject.cases()) {
      one.plan()
          .rules()
          .forEach(
              (name, rule) -> {
                Parameter target = one.plan().to().parametersByName().get(name);
                if (rule instanceof TensorRule.Copy copy) {
                  check(one, target, copy.source(), target.shape());
                } else if (rule instanceof TensorRule.Combine combine) {
                  combine.terms().forEach(term -> check(one, target, term));
                } else if (rule instanceof TensorRule.Compute compute) {
                  compute.sources().forEach(source -> parameter(one, source));
                }
              });
    }
  }

  private static void check(Case one, Parameter target, TensorRule.Term term) {
    List<Long> taken =
        term.maps().isEmpty()
            ? target.shape()
            : term.maps().stream().map(map -> (long) map.oldSize()).toList();
    check(one, target, term.source(), taken);
    if (!term.maps().isEmpty()) {
      List<Long> made = term.maps().stream().map(map -> (long) map.newSize()).toList();
      Broken.unless(
          made.equals(target.shape()),
          "%s of %s makes %s, not %s %s",
          term.source(),
          target.name(),
          made,
          target.shape(),
          one);
    }
  }

  private static void check(Case one, Parameter target, TensorSource source, List<Long> taken) {
    Parameter other = parameter(one, source);
    Broken.unless(
        other == null || other.shape().equals(taken),
        "%s takes %s of shape %s as %s %s",
        target.name(),
        source,
        other == null ? "" : other.shape(),
        taken,
        one);
  }

  /** Returns the parameter of a reference, or null where the source is something else. */
  private static Parameter parameter(Case one, TensorSource source) {
    if (!(source instanceof TensorSource.FromReference reference)) {
      return null;
    }
    ModelSpec spec = one.request().references().get(reference.reference());
    Broken.unless(
        spec != null,
        "the reference '%s' is taken, and offered are %s",
        reference.reference(),
        one.request().references().keySet());
    return spec.parameter(reference.parameter())
        .orElseThrow(
            () ->
                new Broken(
                    "the reference '%s' has no parameter '%s'"
                        .formatted(reference.reference(), reference.parameter())));
  }

  static void executes(Subject subject) {
    for (Case one : subject.cases()) {
      execute(subject, one, Subject.SEED)
          .forEach(
              (name, tensor) ->
                  Broken.unless(
                      Arrays.stream(tensor.values()).allMatch(Double::isFinite),
                      "%s is not finite %s",
                      name,
                      one));
    }
  }

  static Map<String, HostTensor> execute(Subject subject, Case one, long seed) {
    try {
      return new ReferenceExecutor(subject.kernels())
          .execute(
              one.plan(),
              ModelSpecs.tensors(one.request().model(), seed),
              subject.referenceTensors(one.request()));
    } catch (RuntimeException e) {
      throw new Broken("the executor fails %s: %s".formatted(one, e), e);
    }
  }

  static void slotsCoverAll(Subject subject) {
    for (Case one : subject.cases()) {
      for (SlotPolicy policy : SlotPolicy.values()) {
        for (Moment moment : Moment.values()) {
          slotsCoverAll(subject, one, policy, moment);
        }
      }
    }
  }

  private static void slotsCoverAll(Subject subject, Case one, SlotPolicy policy, Moment moment) {
    Map<String, TensorRule> rules;
    Map<String, String> steps;
    try {
      rules = one.plan().slotRules(policy, moment);
      steps = one.plan().stepSources(policy);
    } catch (EspalierException e) {
      Broken.unless(
          e.getMessage().lines().count() == 1, "%s is refused with %s", policy, e.getMessage());
      return;
    }
    List<String> expected =
        one.plan().to().parameters().stream()
            .filter(parameter -> parameter.trainable() && parameter.dtype().isFloating())
            .map(Parameter::name)
            .toList();
    Broken.unless(
        List.copyOf(rules.keySet()).equals(expected),
        "%s covers %s, not %s %s",
        policy,
        rules.keySet(),
        expected,
        one);
    Map<String, Parameter> before = one.plan().from().parametersByName();
    steps.forEach(
        (name, source) ->
            Broken.unless(
                expected.contains(name) && before.containsKey(source),
                "%s takes the step of %s from %s %s",
                policy,
                name,
                source,
                one));
    slots(subject, one, rules)
        .forEach(
            (name, slot) ->
                Broken.unless(
                    Arrays.stream(slot.values()).allMatch(v -> isLegal(v, moment)),
                    "%s makes a %s moment of %s that is negative or too large %s",
                    policy,
                    moment,
                    name,
                    one));
  }

  private static boolean isLegal(double value, Moment moment) {
    return Math.abs(value) < Float.MAX_VALUE && (moment == Moment.FIRST || value >= 0);
  }

  private static Map<String, HostTensor> slots(
      Subject subject, Case one, Map<String, TensorRule> rules) {
    Map<String, HostTensor> squares = new LinkedHashMap<>();
    ModelSpecs.tensors(one.plan().from(), Subject.SEED)
        .forEach(
            (name, tensor) ->
                squares.put(
                    name,
                    HostTensor.of(
                        tensor.dtype(),
                        tensor.shape(),
                        Arrays.stream(tensor.values()).map(v -> v * v).toArray())));
    try {
      return new ReferenceExecutor(subject.kernels())
          .execute(
              one.plan().to().parameters().stream()
                  .collect(Collectors.toMap(Parameter::name, parameter -> parameter)),
              rules,
              squares,
              Map.of());
    } catch (RuntimeException e) {
      throw new Broken("slots cannot be made %s: %s".formatted(one, e), e);
    }
  }
}
