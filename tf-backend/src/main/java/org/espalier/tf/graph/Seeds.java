package org.espalier.tf.graph;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Knows the random ops: blocks may differ in seeds, and a new block must not repeat an old one's.
 */
final class Seeds {
  /** Far apart, so that the seeds of one block do not meet those of another. */
  private static final long STRIDE = 1_000_003;

  private static final Pattern SEED_SECOND =
      Pattern.compile("Stateless(Random|TruncatedNormal).*(?<!V2)");

  private Seeds() {}

  /** Whether an attribute is the seed of a stateful random op. */
  static boolean isSeedAttr(FlatNode node, String attr) {
    return (attr.equals("seed") || attr.equals("seed2"))
        && node.attrs().containsKey("seed")
        && node.attrs().containsKey("seed2");
  }

  /** Whether a node is a constant that only stateless random ops read, as their seed. */
  static boolean isSeed(FlatIndex index, FlatNode node) {
    if (!node.op().equals("Const")) {
      return false;
    }
    TensorRef tensor = new TensorRef(node.name(), "output", 0);
    List<FlatNode> consumers = index.consumers(tensor);
    return !consumers.isEmpty()
        && !index.isReturned(tensor)
        && consumers.stream().allMatch(consumer -> readsAsSeed(consumer, tensor));
  }

  private static boolean readsAsSeed(FlatNode consumer, TensorRef tensor) {
    int seed;
    if (consumer.op().equals("StatelessRandomGetKeyCounter")) {
      seed = 0;
    } else if (SEED_SECOND.matcher(consumer.op()).matches()) {
      seed = 1;
    } else {
      return false;
    }
    for (int i = 0; i < consumer.inputs().size(); i++) {
      if (consumer.inputs().get(i).equals(tensor) && i != seed) {
        return false;
      }
    }
    return true;
  }

  /** The seed of a clone that stands {@code distance} blocks behind its template; 0 stays 0. */
  static long moved(long seed, int distance) {
    return seed == 0 ? 0 : Math.floorMod(seed + STRIDE * distance, 1L << 31);
  }
}
