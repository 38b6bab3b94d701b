package org.espalier.tf;

import java.util.Optional;
import org.espalier.api.Axis;
import org.espalier.api.Axis.Side;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;

/**
 * What the forward pass of one sequence of full length costs in products, by a model's spec.
 *
 * <p>Twice the multiplications of matrix products and convolutions count, elementwise operations do
 * not. With R the residual width, A = heads · head size, F the feed-forward width and T positions,
 * a block costs T · (8·R·A + 4·R·F + 4·T·A) (Kaplan et al., arXiv 2001.08361, table 1), embeddings
 * nothing and a head what its matrix has.
 *
 * @param flops of the whole sequence
 * @param tokens T: its length
 */
public record ForwardCost(long flops, long tokens) {
  private static final int PRODUCT = 2;

  /** Returns the cost for each token. */
  public double perToken() {
    return (double) flops / (double) tokens;
  }

  /** Returns the cost of a model; empty where the roles of its parameters are not known. */
  public static Optional<ForwardCost> of(ModelSpec spec) {
    boolean known =
        spec.dimensions().containsKey("positions")
            && spec.dimensions().containsKey("heads")
            && spec.dimensions().containsKey("head_size");
    if (!known) {
      return Optional.empty();
    }
    long tokens = spec.dimension("positions");
    long attention =
        Math.multiplyExact((long) spec.dimension("heads"), spec.dimension("head_size"));
    // Scores and context, each a product of [T, A] and [T, A], whether or not half is masked.
    long flops = spec.blocks() * 2L * PRODUCT * tokens * tokens * attention;
    for (Parameter parameter : spec.parameters()) {
      flops =
          Math.addExact(
              flops, PRODUCT * Math.multiplyExact(parameter.elements(), uses(parameter, spec)));
    }
    return Optional.of(new ForwardCost(flops, tokens));
  }

  /** How many vectors of a sequence a parameter is multiplied with. */
  private static long uses(Parameter parameter, ModelSpec spec) {
    long tokens = spec.dimension("positions");
    String role = parameter.role();
    if (role.equals(Roles.EMBEDDING_WORD)) {
      return spec.attributes().tiedHead() ? tokens : 0;
    }
    if (role.equals(Roles.EMBEDDING_PATCH_KERNEL)) {
      return tokens - 1;
    }
    boolean kernel =
        parameter.axes().stream().map(Axis::side).anyMatch(Side.IN::equals)
            && parameter.shape().size() >= 2;
    if (!kernel) {
      return 0;
    }
    boolean oncePerSequence =
        role.equals(Roles.POOLER_KERNEL)
            || (role.equals(Roles.HEAD_KERNEL) && spec.dimensions().containsKey("classes"));
    return oncePerSequence ? 1 : tokens;
  }
}
