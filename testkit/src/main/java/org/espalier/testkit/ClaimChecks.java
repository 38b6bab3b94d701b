package org.espalier.testkit;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.AxisMap;
import org.espalier.api.Claim;
import org.espalier.api.DType;
import org.espalier.api.GrowthPlan;
import org.espalier.api.HostTensor;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.testkit.Subject.Case;
import org.opentest4j.TestAbortedException;

/** Whether a plan keeps what it claims, by its maps and by what the next model computes. */
final class ClaimChecks {
  /** Rounding of sums of float64 numbers. */
  private static final double EXACT = 1e-9;

  /** Largest difference of logits in their standard deviations; float64 leaves about 1e-12. */
  private static final double TOLERANCE = 1e-8;

  private ClaimChecks() {}

  static void claimsAreDeclared(Subject subject) {
    Set<Claim> declared = EnumSet.noneOf(Claim.class);
    declared.addAll(Arrays.asList(subject.metadata().claims()));
    Set<Claim> made = EnumSet.noneOf(Claim.class);
    for (Case one : subject.cases()) {
      made.addAll(one.plan().claims());
      Broken.unless(
          declared.containsAll(one.plan().claims()),
          "the plan claims %s and @Operator declares %s %s",
          one.plan().claims(),
          declared,
          one);
    }
    Broken.unless(
        made.containsAll(declared),
        "@Operator declares %s and the plans of the test claim %s; add options that earn it",
        declared,
        made);
  }

  private static List<Case> preserving(Subject subject) {
    List<Case> claiming =
        subject.cases().stream()
            .filter(one -> one.plan().claims().contains(Claim.FUNCTION_PRESERVING))
            .toList();
    if (claiming.isEmpty()) {
      throw new TestAbortedException("No plan claims FUNCTION_PRESERVING");
    }
    return claiming;
  }

  static void sharesUndoCopies(Subject subject) {
    for (Case one : preserving(subject)) {
      one.plan()
          .widths()
          .forEach(
              (dimension, pair) -> {
                AxisMap product = pair.copies().then(pair.shares().transpose());
                for (int i = 0; i < product.newSize(); i++) {
                  double[] row = dense(product, i);
                  for (int j = 0; j < row.length; j++) {
                    Broken.unless(
                        Math.abs(row[j] - (i == j ? 1 : 0)) < EXACT,
                        "NᵀM of '%s' is %s at row %d, column %d %s",
                        dimension,
                        row[j],
                        i,
                        j,
                        one);
                  }
                }
              });
    }
  }

  static double[] dense(AxisMap map, int i) {
    double[] row = new double[map.oldSize()];
    map.row(i).forEach(entry -> row[entry.index()] += entry.weight());
    return row;
  }

  static void headsStayWhole(Subject subject) {
    for (Case one : preserving(subject)) {
      HeadMaps.check(one);
    }
  }

  /**
   * Checks that every stream x and its next form M·x give a norm the same statistics: equal means,
   * and variances whose ratio s is that of the norms' ε; s ≠ 1 only where norms stand before.
   */
  static void normsKeepStatistics(Subject subject) {
    for (Case one : preserving(subject)) {
      GrowthPlan plan = one.plan();
      if (plan.widths().containsKey("residual")
          && plan.from().attributes().normEpsilon().isPresent()) {
        StreamStatistics.check(one, plan.widths().get("residual").copies());
      }
    }
  }

  static void logitsStay(Subject subject) {
    int compared = 0;
    for (Case one : preserving(subject)) {
      ModelSpec from = one.plan().from();
      boolean exact =
          from.parameters().stream().map(Parameter::dtype).allMatch(DType.FLOAT64::equals);
      if (exact && ReferenceModel.knows(from)) {
        compare(subject, one);
        compared++;
      }
    }
    if (compared == 0) {
      throw new TestAbortedException(
          "No plan for a float64 model of a known shape claims anything");
    }
  }

  private static void compare(Subject subject, Case one) {
    Map<String, HostTensor> old = ModelSpecs.tensors(one.plan().from(), Subject.SEED);
    Map<String, HostTensor> made = ExecutionChecks.execute(subject, one, Subject.SEED);
    int[] tokens = {3, 0, 7, 3};
    double[][] before = new ReferenceModel(one.plan().from(), old).logits(tokens);
    double[][] after = new ReferenceModel(one.plan().to(), made).logits(tokens);
    double difference = Matrices.difference(before, after) / Matrices.deviation(before);
    Broken.unless(
        difference <= TOLERANCE,
        "logits differ by %.3g of their standard deviation, allowed %.3g %s",
        difference,
        TOLERANCE,
        one);
  }
}
