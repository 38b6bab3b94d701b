package org.espalier.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** How a rule makes a tensor, in a few words for people. */
final class RuleKind {
  private RuleKind() {}

  static String of(TensorRule rule) {
    if (rule instanceof TensorRule.Copy copy) {
      return copy.source() instanceof TensorSource.FromReference reference
          ? "copied from " + reference.reference()
          : "copied";
    } else if (rule instanceof TensorRule.Combine combine) {
      return combination(combine.terms());
    } else if (rule instanceof TensorRule.Fill fill) {
      return "filled with " + describe(fill.initializer());
    } else if (rule instanceof TensorRule.Compute compute) {
      return "computed by " + compute.kernel();
    }
    throw new AssertionError(rule);
  }

  private static String combination(List<TensorRule.Term> terms) {
    List<String> words = new ArrayList<>();
    Set<String> ways = new TreeSet<>();
    terms.forEach(term -> term.maps().forEach(map -> way(map, ways)));
    words.addAll(ways);
    double sum = terms.stream().mapToDouble(TensorRule.Term::coefficient).sum();
    long references =
        terms.stream().filter(t -> t.source() instanceof TensorSource.FromReference).count();
    if (references > 0) {
      words.add("mixed with a reference");
    } else if (terms.size() > 1) {
      words.add((Math.abs(sum - 1) < 1e-9 ? "mean of %d" : "sum of %d").formatted(terms.size()));
    } else if (terms.get(0).coefficient() != 1) {
      words.add(String.format(Locale.ROOT, "times %.4g", terms.get(0).coefficient()));
    }
    return words.isEmpty() ? "recast" : String.join(" and ", words);
  }

  /** Adds what a map of one axis does: repeat elements, share their weight, average or add them. */
  private static void way(AxisMap map, Set<String> ways) {
    if (map.isIdentity()) {
      return;
    }
    boolean single = true;
    boolean ones = true;
    boolean averaged = true;
    for (int i = 0; i < map.newSize(); i++) {
      List<AxisMap.Entry> row = map.row(i);
      double sum = row.stream().mapToDouble(AxisMap.Entry::weight).sum();
      single &= row.size() <= 1;
      ones &= row.stream().allMatch(entry -> entry.weight() == 1);
      averaged &= Math.abs(sum - 1) < 1e-9;
    }
    if (single) {
      ways.add(ones ? "repeated" : "shared");
    } else if (ones) {
      ways.add("added up");
    } else {
      ways.add(averaged ? "averaged" : "mapped");
    }
  }

  private static String describe(Initializer initializer) {
    if (initializer instanceof Initializer.Constant constant) {
      return PlanPrinter.number(constant.value());
    } else if (initializer instanceof Initializer.Normal) {
      return "normal noise";
    } else if (initializer instanceof Initializer.TruncatedNormal) {
      return "truncated normal noise";
    }
    return "uniform noise";
  }
}
