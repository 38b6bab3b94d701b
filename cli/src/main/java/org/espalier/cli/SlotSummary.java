package org.espalier.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.Moment;
import org.espalier.api.SlotPolicy;
import org.espalier.api.TensorRule;

/** Tells what each policy would make of the optimizer's slots. */
final class SlotSummary {
  private SlotSummary() {}

  /** Returns, by policy, how many parameters keep slots, or why it is refused; for programs. */
  static Map<String, Object> fields(GrowthPlan plan) {
    Map<String, Object> policies = new LinkedHashMap<>();
    for (SlotPolicy policy : SlotPolicy.values()) {
      policies.put(Labels.of(policy), fields(plan, policy));
    }
    return policies;
  }

  private static Map<String, Object> fields(GrowthPlan plan, SlotPolicy policy) {
    try {
      Map<String, TensorRule> rules = plan.slotRules(policy, Moment.FIRST);
      return Json.object("kept", kept(rules), "zero", rules.size() - kept(rules));
    } catch (EspalierException refused) {
      return Json.object("refused", refused.getMessage());
    }
  }

  /** Returns a line for each policy, for people. */
  static List<String> lines(GrowthPlan plan) {
    List<String> lines = new ArrayList<>();
    for (SlotPolicy policy : SlotPolicy.values()) {
      lines.add(
          "%-13s %-7s %s"
              .formatted(lines.isEmpty() ? "slots" : "", Labels.of(policy), line(plan, policy)));
    }
    return lines;
  }

  private static String line(GrowthPlan plan, SlotPolicy policy) {
    try {
      Map<String, TensorRule> rules = plan.slotRules(policy, Moment.FIRST);
      long kept = kept(rules);
      return kept == 0
          ? "all zero"
          : "%d parameters keep theirs, %d start at zero".formatted(kept, rules.size() - kept);
    } catch (EspalierException refused) {
      return "refused: " + refused.getMessage();
    }
  }

  private static long kept(Map<String, TensorRule> rules) {
    return rules.values().stream().filter(rule -> !(rule instanceof TensorRule.Fill)).count();
  }
}
