package org.espalier.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.api.Axis;
import org.espalier.api.AxisMap;
import org.espalier.api.GrowthPlan;
import org.espalier.api.Parameter;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.testkit.Subject.Case;

/**
 * Whether attention heads are taken whole: element u of a new head comes from elements u of old
 * heads, and the heads of queries and keys from the same ones.
 */
final class HeadMaps {
  private static final List<String> HEAD = List.of("heads", "head_size");

  private HeadMaps() {}

  static void check(Case one) {
    GrowthPlan plan = one.plan();
    if (!plan.from().dimensions().keySet().containsAll(HEAD)
        || plan.widths().containsKey("head_size")) {
      // A head that grows itself is mapped by its own dimension; the logits tell.
      return;
    }
    Map<String, Parameter> sources = plan.from().parametersByName();
    for (Parameter target : plan.to().parameters()) {
      if (plan.rules().get(target.name()) instanceof TensorRule.Combine combine) {
        for (TensorRule.Term term : combine.terms()) {
          if (term.source() instanceof TensorSource.FromModel model && !term.maps().isEmpty()) {
            checkTerm(one, sources.get(model.parameter()), term);
          }
        }
      }
      if (target.role().startsWith("attention.query")) {
        checkPair(one, target);
      }
    }
  }

  private static void checkTerm(Case one, Parameter source, TensorRule.Term term) {
    int headSize = one.plan().from().dimension("head_size");
    for (int axis = 0; axis < source.axes().size(); axis++) {
      if (!isOfHeads(source.axes().get(axis))) {
        continue;
      }
      AxisMap map = term.maps().get(axis);
      for (int i = 0; i < map.newSize(); i++) {
        for (AxisMap.Entry entry : map.row(i)) {
          Broken.unless(
              entry.index() % headSize == i % headSize,
              "element %d of a head of %s is made of element %d %s",
              i % headSize,
              source.name(),
              entry.index() % headSize,
              one);
        }
      }
    }
  }

  private static void checkPair(Case one, Parameter query) {
    String key = query.name().replace("query", "key");
    List<List<List<Integer>>> queries = headSources(one.plan(), query.name());
    List<List<List<Integer>>> keys = headSources(one.plan(), key);
    Broken.unless(
        queries.equals(keys),
        "the heads of %s are made of %s and those of %s of %s %s",
        query.name(),
        queries,
        key,
        keys,
        one);
  }

  /** Returns, for each term and each row of its axis of heads, the old elements it takes. */
  private static List<List<List<Integer>>> headSources(GrowthPlan plan, String name) {
    List<List<List<Integer>>> all = new ArrayList<>();
    Map<String, Parameter> sources = plan.from().parametersByName();
    if (plan.rules().get(name) instanceof TensorRule.Combine combine) {
      for (TensorRule.Term term : combine.terms()) {
        if (term.source() instanceof TensorSource.FromModel model && !term.maps().isEmpty()) {
          Parameter source = sources.get(model.parameter());
          for (int axis = 0; axis < term.maps().size(); axis++) {
            if (isOfHeads(source.axes().get(axis))) {
              all.add(sources(term.maps().get(axis)));
            }
          }
        }
      }
    }
    return all;
  }

  private static List<List<Integer>> sources(AxisMap map) {
    List<List<Integer>> rows = new ArrayList<>();
    for (int i = 0; i < map.newSize(); i++) {
      rows.add(map.row(i).stream().map(AxisMap.Entry::index).toList());
    }
    return rows;
  }

  private static boolean isOfHeads(Axis axis) {
    return !axis.isOpaque()
        && axis.segments().stream().allMatch(segment -> segment.dimensions().equals(HEAD));
  }
}
