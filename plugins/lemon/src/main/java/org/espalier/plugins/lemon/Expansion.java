package org.espalier.plugins.lemon;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.espalier.api.Axis;
import org.espalier.api.AxisMap;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.api.WidthPair;

/** The width pairs of an expansion, and the rules of what departs from them. */
final class Expansion {
  private static final String RESIDUAL = "residual";

  private final ModelSpec model;
  private final Depth depth;
  private final Lemon.Pad pad;
  private final Map<String, WidthPair> widths = new LinkedHashMap<>();
  private final int copies;
  private final int means;

  Expansion(ModelSpec model, Depth depth, Lemon.Options options) {
    this.model = model;
    this.depth = depth;
    this.pad = options.pad();
    int stream = model.dimensions().getOrDefault(RESIDUAL, 1);
    int wanted = size(RESIDUAL, options.residual()).orElse(stream);
    copies = wanted / stream;
    means = wanted % stream;
    if (wanted != stream) {
      widths.put(RESIDUAL, stream(stream));
    }
    circular("heads", options.heads());
    circular("ffn", options.ffn());
  }

  private OptionalInt size(String dimension, OptionalInt wanted) {
    if (wanted.isPresent() && wanted.getAsInt() < model.dimension(dimension)) {
      throw new EspalierException(
          "%s is %d, must be at least the model's %d; LEMON only widens"
              .formatted(dimension, wanted.getAsInt(), model.dimension(dimension)));
    }
    return wanted;
  }

  private void circular(String dimension, OptionalInt wanted) {
    size(dimension, wanted)
        .ifPresent(
            size -> {
              int old = model.dimension(dimension);
              if (size != old) {
                List<Integer> sources = IntStream.range(0, size).mapToObj(i -> i % old).toList();
                widths.put(dimension, WidthPair.of(AxisMap.selection(old, sources)));
              }
            });
  }

  /** Whole copies and then means; what reads the stream shares among the copies. */
  private WidthPair stream(int old) {
    List<AxisMap.Entry> mean =
        IntStream.range(0, old).mapToObj(i -> new AxisMap.Entry(i, 1.0 / old)).toList();
    return new WidthPair(
        rows(old, 1, Collections.nCopies(means, mean)),
        rows(old, 1.0 / copies, Collections.nCopies(means, List.of())));
  }

  /** Returns the map of all copies, each with a weight, and then the given rows. */
  private AxisMap rows(int old, double weight, List<List<AxisMap.Entry>> last) {
    List<List<AxisMap.Entry>> rows = new ArrayList<>();
    for (int i = 0; i < copies * old; i++) {
      rows.add(List.of(new AxisMap.Entry(i % old, weight)));
    }
    rows.addAll(last);
    return AxisMap.matrix(old, rows);
  }

  Map<String, WidthPair> widths() {
    return widths;
  }

  /** Returns s, by which the variance of the stream is multiplied. */
  double varianceFactor() {
    if (!widths.containsKey(RESIDUAL)) {
      return 1;
    }
    int old = model.dimension(RESIDUAL);
    return (double) copies * old / (copies * old + means);
  }

  /** Returns the rules of norms, and of what reads a norm, where the stream holds means. */
  Map<String, TensorRule> rules() {
    Map<String, TensorRule> rules = new LinkedHashMap<>();
    if (means == 0) {
      return rules;
    }
    for (Parameter parameter : model.parameters()) {
      if (parameter.block() > 0) {
        continue;
      }
      TensorRule.Term term = term(parameter);
      if (term != null) {
        if (parameter.inBlocks()) {
          for (int t = 0; t < depth.sources().size(); t++) {
            String source = parameter.nameIn(depth.sources().get(t));
            rules.put(
                parameter.nameIn(t),
                new TensorRule.Combine(
                    List.of(
                        new TensorRule.Term(
                            TensorSource.model(source), term.coefficient(), term.maps()))));
          }
        } else {
          rules.put(parameter.name(), new TensorRule.Combine(List.of(term)));
        }
      }
    }
    return rules;
  }

  /** Returns how a parameter is made that departs from the width pairs; null if it does not. */
  private TensorRule.Term term(Parameter parameter) {
    int old = model.dimension(RESIDUAL);
    WidthPair pair = widths.get(RESIDUAL);
    if (isNorm(parameter, "scale")) {
      return term(parameter, Math.sqrt(varianceFactor()), pair);
    }
    if (isNorm(parameter, "offset")) {
      AxisMap withoutMeans = rows(old, 1, Collections.nCopies(means, List.of()));
      return term(parameter, 1, new WidthPair(withoutMeans, pair.shares()));
    }
    boolean reads =
        pad == Lemon.Pad.COPIES
            && parameter.axes().size() > 1
            && parameter.axes().stream().anyMatch(Expansion::readsStream);
    if (!reads) {
      return null;
    }
    List<List<AxisMap.Entry>> inTurn =
        IntStream.range(0, means)
            .mapToObj(i -> List.of(new AxisMap.Entry(i % old, 1.0 / copies)))
            .toList();
    return term(parameter, 1, new WidthPair(pair.copies(), rows(old, 1.0 / copies, inTurn)));
  }

  private TensorRule.Term term(Parameter parameter, double coefficient, WidthPair residual) {
    Map<String, WidthPair> own = new LinkedHashMap<>(widths);
    own.put(RESIDUAL, residual);
    return new TensorRule.Term(
        TensorSource.model(parameter.name()),
        coefficient,
        parameter.linearMaps(model.dimensions(), own));
  }

  private static boolean isNorm(Parameter parameter, String part) {
    return parameter.role().endsWith("norm." + part);
  }

  private static boolean readsStream(Axis axis) {
    return axis.side() == Axis.Side.IN
        && axis.segments().stream().anyMatch(segment -> segment.dimensions().contains(RESIDUAL));
  }
}
