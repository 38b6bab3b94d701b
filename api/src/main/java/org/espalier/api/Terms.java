package org.espalier.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sums of terms in their plainest form. */
final class Terms {
  private Terms() {}

  /** What makes two terms the same but for their coefficient. */
  private record Summand(TensorSource source, List<AxisMap> maps) {}

  /**
   * Returns the rule for a sum: equal summands added up, zeros if nothing is left, a copy if one
   * unchanged tensor of the same shape and type is.
   */
  static TensorRule rule(
      List<TensorRule.Term> terms, Parameter target, Map<String, Parameter> before) {
    Map<Summand, Double> sums = new LinkedHashMap<>();
    for (TensorRule.Term term : terms) {
      List<AxisMap> maps =
          term.maps().stream().allMatch(AxisMap::isIdentity) ? List.of() : term.maps();
      sums.merge(new Summand(term.source(), maps), term.coefficient(), Double::sum);
    }
    List<TensorRule.Term> merged = new ArrayList<>();
    sums.forEach(
        (summand, coefficient) -> {
          if (coefficient != 0) {
            merged.add(new TensorRule.Term(summand.source(), coefficient, summand.maps()));
          }
        });
    if (merged.isEmpty()) {
      return new TensorRule.Fill(Initializer.zeros(), 0);
    }
    TensorRule.Term only = merged.get(0);
    if (merged.size() == 1
        && only.coefficient() == 1
        && only.maps().isEmpty()
        && only.source() instanceof TensorSource.FromModel model
        && before.get(model.parameter()).dtype() == target.dtype()) {
      return new TensorRule.Copy(only.source());
    }
    return new TensorRule.Combine(merged);
  }

  /** Returns the maps that apply {@code first}, then {@code second}; empty ones change nothing. */
  static List<AxisMap> then(List<AxisMap> first, List<AxisMap> second) {
    if (first.isEmpty() || second.isEmpty()) {
      return first.isEmpty() ? second : first;
    }
    List<AxisMap> both = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      both.add(first.get(i).then(second.get(i)));
    }
    return both;
  }

  /**
   * Returns what the maps make of a tensor of ones, if it is the same everywhere; else not a
   * number.
   */
  static double commonRowSum(List<AxisMap> maps) {
    double product = 1;
    for (AxisMap map : maps) {
      double first = Double.NaN;
      for (int i = 0; i < map.newSize(); i++) {
        double sum = map.row(i).stream().mapToDouble(AxisMap.Entry::weight).sum();
        if (i > 0 && sum != first) {
          return Double.NaN;
        }
        first = sum;
      }
      product *= first;
    }
    return product;
  }
}
