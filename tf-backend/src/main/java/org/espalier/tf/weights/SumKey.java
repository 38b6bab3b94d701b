package org.espalier.tf.weights;

import com.google.common.base.Equivalence;
import java.util.List;
import java.util.Optional;
import org.espalier.api.AxisMap;
import org.espalier.api.DType;
import org.espalier.api.Parameter;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;

/**
 * What the bytes of a sum depend on: parameters with equal keys share them.
 *
 * <p>Maps are told apart by identity, as they are long and the blocks of a model share them.
 */
record SumKey(DType dtype, List<Long> shape, List<Term> terms) {
  private static final Equivalence<Object> IDENTITY = Equivalence.identity();

  private record Term(
      TensorSource source, double coefficient, List<Equivalence.Wrapper<AxisMap>> maps) {}

  /** Returns the key of a parameter; empty where its name, too, decides, as for random numbers. */
  static Optional<SumKey> of(Parameter target, TensorRule rule) {
    if (!(rule instanceof TensorRule.Combine sum)
        || sum.terms().stream().anyMatch(term -> term.source() instanceof TensorSource.Random)) {
      return Optional.empty();
    }
    List<Term> terms =
        sum.terms().stream()
            .map(
                term ->
                    new Term(
                        term.source(),
                        term.coefficient(),
                        term.maps().stream().map(SumKey::wrap).toList()))
            .toList();
    return Optional.of(new SumKey(target.dtype(), target.shape(), terms));
  }

  private static Equivalence.Wrapper<AxisMap> wrap(AxisMap map) {
    return IDENTITY.wrap(map);
  }
}
