package org.espalier.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/** Shows a plan to people: what changes, what it costs, and how the tensors are made. */
final class PlanPrinter {
  private static final int LINE = 72;
  private static final int MOST_BLOCK_LINES = 8;
  private static final int MOST_GROUPS = 14;

  private final GrowthPlan plan;
  private final StringBuilder out = new StringBuilder();

  private PlanPrinter(GrowthPlan plan) {
    this.plan = plan;
  }

  static String print(GrowthPlan plan) {
    PlanPrinter printer = new PlanPrinter(plan);
    printer.head();
    printer.blocks();
    printer.dimensions();
    printer.sizes();
    printer.tensors();
    printer.claims();
    printer.slots();
    return printer.out.toString().stripTrailing();
  }

  private void head() {
    out.append(
        "Plan for a %s model of %s\n"
            .formatted(
                plan.from().family(),
                plan.from().blocks() == 1 ? "1 block" : plan.from().blocks() + " blocks"));
  }

  private void blocks() {
    line("blocks", change(plan.from().blocks(), plan.to().blocks()));
    if (plan.blocks().map().isIdentity()) {
      return;
    }
    List<String> lines = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    for (int t = 0; t < plan.blocks().newBlocks(); t++) {
      String picture = picture(plan.blocks().sources(t));
      if (current.length() > 0 && current.length() + 1 + picture.length() > LINE) {
        lines.add(current.toString());
        current.setLength(0);
      }
      current.append(current.length() == 0 ? "" : " ").append(picture);
    }
    lines.add(current.toString());
    boolean cut = lines.size() > MOST_BLOCK_LINES;
    for (String part : cut ? lines.subList(0, MOST_BLOCK_LINES) : lines) {
      line("", part);
    }
    if (cut) {
      line("", "…");
    }
    line("", "%.0f %% of neighbours stay together".formatted(100 * plan.blocks().connectionRate()));
  }

  private static String picture(List<AxisMap.Entry> sources) {
    if (sources.isEmpty()) {
      return "zero";
    }
    StringJoiner sum = new StringJoiner("+");
    for (AxisMap.Entry source : sources) {
      sum.add(
          source.weight() == 1
              ? Integer.toString(source.index())
              : "%s·%d".formatted(number(source.weight()), source.index()));
    }
    return sum.toString();
  }

  private void dimensions() {
    TreeSet<String> names = new TreeSet<>(plan.to().dimensions().keySet());
    names.addAll(plan.from().dimensions().keySet());
    for (String name : names) {
      Integer before = plan.from().dimensions().get(name);
      Integer after = plan.to().dimensions().get(name);
      if (before == null || !before.equals(after) || plan.widths().containsKey(name)) {
        line(name, (before == null ? "-" : before) + " -> " + (after == null ? "-" : after));
      }
    }
    if (!plan.from().attributes().normEpsilon().equals(plan.to().attributes().normEpsilon())) {
      line("norm ε", epsilon(plan.from().attributes()) + " -> " + epsilon(plan.to().attributes()));
    }
  }

  private static String epsilon(ModelAttributes attributes) {
    return attributes.normEpsilon().isPresent()
        ? Double.toString(attributes.normEpsilon().getAsDouble())
        : "unknown";
  }

  private void sizes() {
    line(
        "parameters",
        change(plan.from().parameterCount(), plan.to().parameterCount())
            + "   in %s tensors".formatted(grouped(plan.to().parameters().size())));
    line("size", bytes(plan.from().bytes()) + " -> " + bytes(plan.to().bytes()));
  }

  /** How many tensors of a group are made in which way. */
  private void tensors() {
    Map<String, Map<String, Integer>> groups = new LinkedHashMap<>();
    for (Parameter parameter : plan.to().parameters()) {
      String role = parameter.role();
      String group = role.contains(".") ? role.substring(0, role.indexOf('.')) : role;
      groups
          .computeIfAbsent(group, g -> new TreeMap<>())
          .merge(RuleKind.of(plan.rules().get(parameter.name())), 1, Integer::sum);
    }
    String label = "tensors";
    int shown = 0;
    for (Map.Entry<String, Map<String, Integer>> group : groups.entrySet()) {
      if (shown++ == MOST_GROUPS) {
        line("", "… and %d groups more".formatted(groups.size() - MOST_GROUPS));
        return;
      }
      StringJoiner ways = new StringJoiner(", ");
      group.getValue().forEach((kind, count) -> ways.add(count + " " + kind));
      line(label, "%-12s %s".formatted(group.getKey(), ways));
      label = "";
    }
  }

  /** What is claimed, and whether the maps bear it out. */
  private void claims() {
    if (plan.claims().isEmpty()) {
      line("claims", "none");
    }
    for (Claim claim : Claim.values()) {
      boolean claimed = plan.claims().contains(claim);
      ClaimCheck check = plan.check(claim);
      String name = claim.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      if (claimed) {
        line("claims", name + ", which the maps " + verb(check.outcome()));
        check.conditions().forEach(condition -> wrapped("", condition.toString()));
      } else if (check.outcome() != Condition.Outcome.HOLDS) {
        wrapped("", "not %s: %s".formatted(name, check.failure().or(check::open).orElseThrow()));
      }
    }
  }

  private static String verb(Condition.Outcome outcome) {
    return switch (outcome) {
      case HOLDS -> "bear out";
      case FAILS -> "contradict";
      case UNDECIDED -> "leave open";
    };
  }

  private void slots() {
    wrapped(
        "slots",
        ScaledSlots.refusal(plan)
            .map(condition -> "reset or copy; not scaled: " + condition)
            .orElse("reset, copy or scaled"));
  }

  private void wrapped(String label, String text) {
    String first = label;
    StringBuilder current = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (current.length() > 0 && current.length() + 1 + word.length() > LINE) {
        line(first, current.toString());
        first = "";
        current.setLength(0);
        current.append(" ");
      }
      current.append(current.length() == 0 ? "" : " ").append(word);
    }
    line(first, current.toString());
  }

  private void line(String label, String text) {
    out.append("  %-12s%s\n".formatted(label, text));
  }

  private static String change(long before, long after) {
    return before == after ? grouped(before) : grouped(before) + " -> " + grouped(after);
  }

  private static String grouped(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.4g", value).replaceFirst("0+$", "");
  }

  private static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.95 && unit < 5) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %sB", value, "kMGTPE".charAt(unit));
  }
}
