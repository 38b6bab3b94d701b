package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;

/**
 * Adds to the blocks of a graph the nodes that only make the results of each block.
 *
 * <p>The blocks were found without them. Here each block's are found behind its own nodes, and must
 * be alike.
 */
final class ResultCut {
  private final FlatIndex index;
  private final BlockCut cut;
  private final BlockResults results;

  private ResultCut(FlatIndex index, BlockCut cut, BlockResults results) {
    this.index = index;
    this.cut = cut;
    this.results = results;
  }

  /**
   * Extends the blocks.
   *
   * @param index of the whole graph
   * @param cut of the graph without the results
   * @throws EspalierException if the blocks do not give the results in the same way
   */
  static BlockCut extend(FlatIndex index, BlockCut cut, BlockResults results) {
    return new ResultCut(index, cut, results).run();
  }

  private BlockCut run() {
    int template = cut.template();
    Set<String> own = new LinkedHashSet<>(cut.regions().get(template));
    Set<String> added = behind(template, own);
    own.addAll(added);
    List<List<String>> regions = new ArrayList<>();
    List<Map<String, String>> arguments = new ArrayList<>();
    for (int block = 0; block < cut.structure().blocks(); block++) {
      RegionMatch match =
          new RegionMatch(
              index, own, cut.cuts().get(template), template, block, cut.cuts().get(block));
      boolean alike = match.match(cut.cuts().get(template + 1), cut.cuts().get(block + 1));
      for (BlockResults.Kind kind : results.all()) {
        for (int i = 0; i < kind.width() && alike; i++) {
          alike = match.match(kind.of(template).get(i), kind.of(block).get(i));
        }
      }
      if (!alike) {
        throw new EspalierException(
            "The depth of function '%s' cannot be changed: block %d does not give its results as block %d does: %s"
                .formatted(index.graph().function(), block, template, match.difference()));
      }
      Map<String, String> pairs = new LinkedHashMap<>();
      for (int i = 0; i < cut.regions().get(template).size(); i++) {
        pairs.put(cut.regions().get(template).get(i), cut.regions().get(block).get(i));
      }
      added.forEach(name -> pairs.put(name, match.pairs().get(name)));
      Map<String, String> captured = new HashMap<>(cut.arguments().get(block));
      captured.putAll(match.arguments());
      regions.add(List.copyOf(pairs.values()));
      arguments.add(Map.copyOf(captured));
    }
    regions.forEach(this::refuseLeaks);
    return new BlockCut(
        index.graph(),
        cut.structure(),
        cut.cuts(),
        regions,
        template,
        List.copyOf(arguments),
        results);
  }

  /** The nodes between a block's own and its results. */
  private Set<String> behind(int block, Set<String> own) {
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    for (BlockResults.Kind kind : results.all()) {
      kind.of(block).forEach(tensor -> open.push(tensor.node()));
    }
    while (!open.isEmpty()) {
      String name = open.pop();
      FlatNode node = index.nodes().get(name);
      // What does not depend on the block is shared by all.
      if (node != null && !own.contains(name) && index.highest(name) == block && found.add(name)) {
        node.inputs().forEach(input -> open.push(input.node()));
      }
    }
    Set<String> ordered = new LinkedHashSet<>();
    index.nodes().keySet().stream().filter(found::contains).forEach(ordered::add);
    return ordered;
  }

  private void refuseLeaks(List<String> region) {
    Set<String> inside = new HashSet<>(region);
    Set<String> gatherers = new HashSet<>();
    results.all().forEach(kind -> kind.stack().ifPresent(gatherers::add));
    Set<TensorRef> given = new HashSet<>(cut.cuts());
    results.all().forEach(kind -> given.addAll(kind.tensors()));
    for (String name : region) {
      if (index.highest(name) < 0) {
        continue;
      }
      for (TensorRef tensor : index.tensors(name)) {
        for (FlatNode consumer : index.consumers(tensor)) {
          if (!inside.contains(consumer.name())
              && !cut.cuts().contains(tensor)
              && !gatherers.contains(consumer.name())) {
            throw new EspalierException(
                "The depth of function '%s' cannot be changed: node '%s' outside the block reads '%s' inside it"
                    .formatted(index.graph().function(), consumer.name(), tensor));
          }
        }
        if (index.isReturned(tensor) && !given.contains(tensor)) {
          throw new EspalierException(
              "The depth of function '%s' cannot be changed: '%s' inside a block is a result"
                  .formatted(index.graph().function(), tensor));
        }
      }
    }
  }
}
