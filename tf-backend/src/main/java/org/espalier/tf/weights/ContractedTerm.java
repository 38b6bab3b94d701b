package org.espalier.tf.weights;

import java.io.IOException;
import java.util.List;
import org.espalier.tf.bundle.VerifiedTensor;

/** A term whose source is a stored tensor. Thread-safe. */
record ContractedTerm(double coefficient, VerifiedTensor source, List<CompiledAxis> axes)
    implements CombinedBytes.Summand {

  @Override
  public void compute(long from, long to, double[] result) throws IOException {
    try (ElementCursor cursor = new ElementCursor(source)) {
      new Contractor(axes, cursor).compute(from, to, result);
    }
  }
}
