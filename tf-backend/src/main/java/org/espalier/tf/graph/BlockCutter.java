package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;

/**
 * Cuts a flat graph into its blocks by data flow, and checks that the blocks are alike.
 *
 * <p>Behind each block lies a tensor that everything from the block's variables passes through. The
 * second block is taken as the template; walking back from the tensor behind every other block must
 * find the same ops, and so also finds the tensor that goes into the first block, which cannot be
 * told from the data flow alone.
 */
final class BlockCutter {
  private static final Set<String> ONLY_SHAPE = Set.of("Shape", "ShapeN", "Rank", "Size");

  private final FlatIndex index;
  private final int blocks;
  private String refusal = "no single tensor leads out of each block";

  private BlockCutter(FlatGraph graph, BlockStructure structure) {
    this.index = new FlatIndex(graph, structure);
    this.blocks = structure.blocks();
  }

  /**
   * Cuts {@code graph}.
   *
   * @throws EspalierException when its blocks cannot be told apart or differ, saying where
   */
  static BlockCut cut(FlatGraph graph, BlockStructure structure) {
    BlockCutter cutter = new BlockCutter(graph, structure);
    try {
      return cutter.run();
    } catch (EspalierException e) {
      BlockResults results = BlockResults.find(cutter.index);
      if (results.all().isEmpty()) {
        throw e;
      }
      return cutter.withResults(results);
    }
  }

  private BlockCut withResults(BlockResults results) {
    try {
      FlatGraph without = results.removedFrom(index.graph());
      return ResultCut.extend(index, new BlockCutter(without, index.structure()).run(), results);
    } catch (EspalierException e) {
      throw new EspalierException(
          "The depth of function '%s' cannot be changed: it returns something of each block that cannot follow; export the model without (such as output_hidden_states=False). Found: %s"
              .formatted(index.graph().function(), e.getMessage()),
          e);
    }
  }

  private BlockCut run() {
    refuseResultsOfBlocks();
    List<List<TensorRef>> behind = new ArrayList<>();
    CutSearch search = new CutSearch(index);
    for (int k = 0; k < blocks; k++) {
      behind.add(search.behindBlock(k));
    }
    int depth = behind.stream().mapToInt(List::size).min().orElse(0);
    // Ops without a variable may trail a block: then the nearest cut does not fit, a later one
    // does.
    for (int offset = 0; offset < depth; offset++) {
      List<TensorRef> cuts = new ArrayList<>();
      cuts.add(null);
      for (List<TensorRef> candidates : behind) {
        cuts.add(candidates.get(offset));
      }
      BlockCut cut = blocks == 1 ? single(cuts, search) : aligned(cuts);
      if (cut != null) {
        return cut;
      }
    }
    throw refuse(refusal);
  }

  /** A value for each block cannot survive a change of their number. */
  private void refuseResultsOfBlocks() {
    for (FlatOutput output : index.graph().outputs()) {
      int highest = index.highest(output.source().node());
      if (highest >= 0 && highest < blocks - 1) {
        throw refuse(
            "its result '%s' comes from block %d of %d, and results per block cannot follow a change"
                    .formatted(output.name(), highest, blocks)
                + " of depth; export the model without them (such as output_hidden_states=False)");
      }
    }
  }

  private BlockCut aligned(List<TensorRef> cuts) {
    int template = 1;
    Region region = new Region(index, template, cuts.get(template), cuts.get(template + 1));
    List<List<String>> regions = new ArrayList<>();
    List<Map<String, String>> arguments = new ArrayList<>();
    for (int k = 0; k < blocks; k++) {
      RegionMatch match =
          new RegionMatch(index, region.nodes(), cuts.get(template), template, k, cuts.get(k));
      boolean matched =
          match.match(cuts.get(template + 1), cuts.get(k + 1))
              && matchEffects(match, region, k, cuts.get(k + 1));
      if (!matched) {
        refusal = "block %d is not like block %d: %s".formatted(k, template, match.difference());
        return null;
      }
      if (match.input() == null || index.highest(match.input().node()) != k - 1) {
        refusal = "block %d has no input of its own".formatted(k);
        return null;
      }
      cuts.set(k, match.input());
      regions.add(region.nodes().stream().map(match.pairs()::get).toList());
      arguments.add(Map.copyOf(match.arguments()));
      String leak = new Region(index, k, regions.get(k)).leak(cuts.get(k), cuts.get(k + 1));
      if (leak != null) {
        refusal = leak;
        return null;
      }
    }
    for (int k = 1; k < blocks; k++) {
      String reader = readerOutside(cuts.get(k), regions.get(k));
      if (reader != null) {
        refusal =
            "node '%s' reads what goes from block %d to block %d, so it follows the number of blocks"
                .formatted(reader, k - 1, k);
        return null;
      }
    }
    return new BlockCut(
        index.graph(),
        index.structure(),
        cuts,
        regions,
        template,
        List.copyOf(arguments),
        BlockResults.NONE);
  }

  private boolean matchEffects(RegionMatch match, Region region, int k, TensorRef behind) {
    List<String> ours = region.effects();
    List<String> theirs = Region.effects(index, k, match.input(), behind);
    if (ours.size() != theirs.size()) {
      return match.differ(
          "it has %d nodes that run for their effect, not %d"
              .formatted(theirs.size(), ours.size()));
    }
    for (int i = 0; i < ours.size(); i++) {
      if (!match.match(ours.get(i), theirs.get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Cuts around an only block, which no other confirms: it must be a residual one.
   *
   * <p>Its input is read several times, for the residual at least, and all of that inside. The
   * nearest tensor behind that fulfils this is the block's result; without a residual nothing tells
   * the block's last op from the head's first.
   */
  private BlockCut single(List<TensorRef> cuts, CutSearch search) {
    refuseSharing();
    TensorRef behind = cuts.get(1);
    List<TensorRef> before = new ArrayList<>(search.beforeBlock(behind));
    before.removeIf(candidate -> !new ShapeCheck(index).mayFollow(behind, candidate));
    if (before.isEmpty()) {
      refusal = "nothing of the shape of its only block's result goes into it";
      return null;
    }
    TensorRef input = before.get(before.size() - 1);
    Region region = new Region(index, 0, input, behind);
    String reader = readerOutside(input, region.nodes());
    long readers =
        index.consumers(input).stream().filter(node -> !ONLY_SHAPE.contains(node.op())).count();
    if (reader != null || readers < 2) {
      refusal = "its only block has no residual, so nothing tells where it ends";
      return null;
    }
    String leak = region.leak(input, behind);
    if (leak != null) {
      refusal = leak;
      return null;
    }
    cuts.set(0, input);
    Map<String, String> arguments = new HashMap<>();
    for (FlatArgument argument : index.graph().arguments()) {
      if (index.place(argument.name()) != null) {
        arguments.put(argument.name(), argument.name());
      }
    }
    return new BlockCut(
        index.graph(),
        index.structure(),
        cuts,
        List.of(List.copyOf(region.nodes())),
        0,
        List.of(arguments),
        BlockResults.NONE);
  }

  /** One block that runs several times over the same variables stands for several. */
  private void refuseSharing() {
    for (FlatArgument argument : index.graph().arguments()) {
      int reads = index.consumers(TensorRef.argument(argument.name())).size();
      if (index.place(argument.name()) != null && reads > 1) {
        throw refuse(
            "'%s' is read %d times, so several blocks share their variables (as in ALBERT) and none can be added alone"
                .formatted(argument.name(), reads));
      }
    }
  }

  /** A node outside a block that reads a tensor, or null. */
  private String readerOutside(TensorRef tensor, Collection<String> region) {
    return index.consumers(tensor).stream()
        .map(FlatNode::name)
        .filter(name -> !region.contains(name))
        .findFirst()
        .orElse(null);
  }

  private EspalierException refuse(String why) {
    return new EspalierException(
        "The depth of function '%s' cannot be changed: %s"
            .formatted(index.graph().function(), why));
  }
}
