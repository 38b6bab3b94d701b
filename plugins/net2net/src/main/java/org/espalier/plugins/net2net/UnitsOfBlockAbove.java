package org.espalier.plugins.net2net;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.Axis;
import org.espalier.api.AxisMap;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.api.WidthPair;

/**
 * The rules of AKI: in the dense layers of block l the old out units stay, and the new ones are
 * copies of units of block l + 1.
 *
 * <p>In units are shared as in FPI. The last block has none above and copies itself; norms,
 * embeddings and heads follow FPI.
 */
final class UnitsOfBlockAbove {
  private final ModelSpec model;
  private final Map<String, WidthPair> oldUnits = new LinkedHashMap<>();
  private final Map<String, WidthPair> newUnits = new LinkedHashMap<>();

  UnitsOfBlockAbove(ModelSpec model, Map<String, WidthPair> widths) {
    this.model = model;
    widths.forEach(
        (dimension, pair) -> {
          int old = pair.copies().oldSize();
          oldUnits.put(dimension, new WidthPair(rows(pair, 0, old), pair.shares()));
          newUnits.put(
              dimension, new WidthPair(rows(pair, old, pair.copies().newSize()), pair.shares()));
        });
  }

  /** Returns M with only the rows of {@code [from, to)}. */
  private static AxisMap rows(WidthPair pair, int from, int to) {
    List<List<AxisMap.Entry>> rows = new ArrayList<>();
    for (int i = 0; i < pair.copies().newSize(); i++) {
      rows.add(i >= from && i < to ? pair.copies().row(i) : List.of());
    }
    return AxisMap.matrix(pair.copies().oldSize(), rows);
  }

  Map<String, TensorRule> rules() {
    Map<String, TensorRule> rules = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      if (parameter.inBlocks()
          && parameter.block() + 1 < model.blocks()
          && isDense(parameter)
          && makesGrownUnits(parameter)) {
        rules.put(
            parameter.name(),
            new TensorRule.Combine(
                List.of(
                    term(parameter, parameter.name(), oldUnits),
                    term(parameter, parameter.nameIn(parameter.block() + 1), newUnits))));
      }
    }
    return rules;
  }

  private TensorRule.Term term(Parameter parameter, String source, Map<String, WidthPair> widths) {
    return new TensorRule.Term(
        TensorSource.model(source), 1, parameter.linearMaps(model.dimensions(), widths));
  }

  private static boolean isDense(Parameter parameter) {
    return !parameter.role().contains("norm");
  }

  private boolean makesGrownUnits(Parameter parameter) {
    return parameter.axes().stream()
        .filter(axis -> axis.side() == Axis.Side.OUT)
        .flatMap(axis -> axis.segments().stream())
        .flatMap(segment -> segment.dimensions().stream())
        .anyMatch(oldUnits::containsKey);
  }
}
