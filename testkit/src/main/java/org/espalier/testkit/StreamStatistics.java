package org.espalier.testkit;

import java.util.List;
import org.espalier.api.AxisMap;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelAttributes.NormPlacement;
import org.espalier.testkit.Subject.Case;

/**
 * Whether norms see the same mean and the same variance of a grown residual stream.
 *
 * <p>With M of D' rows and D columns, the mean of M·x is that of x for every x if each column of M
 * sums to D'/D; the variance of M·x is s times that of x if MᵀM is s·D'/D times the identity on
 * vectors of mean 0. A norm hides s if its ε grows by s and its scale by √s. Where norms stand
 * after the sums, the stream is a norm's own output, which cannot hide it, so s must be 1.
 */
final class StreamStatistics {
  private static final double EXACT = 1e-9;

  private StreamStatistics() {}

  static void check(Case one, AxisMap copies) {
    double ratio = (double) copies.newSize() / copies.oldSize();
    AxisMap byColumn = copies.transpose();
    for (int j = 0; j < copies.oldSize(); j++) {
      double sum = byColumn.row(j).stream().mapToDouble(AxisMap.Entry::weight).sum();
      Broken.unless(
          Math.abs(sum - ratio) < EXACT,
          "element %d of 'residual' is copied %s times, the mean of all is %s; norms see another"
              + " mean %s",
          j,
          sum,
          ratio,
          one);
    }
    double scale = varianceRatio(one, copies) / ratio;
    ModelAttributes before = one.plan().from().attributes();
    ModelAttributes after = one.plan().to().attributes();
    double epsilons = after.normEpsilon().orElseThrow() / before.normEpsilon().orElseThrow();
    Broken.unless(
        Math.abs(epsilons - scale) < EXACT,
        "the variance of the stream becomes %s times as large, the norms' epsilon %s times %s",
        scale,
        epsilons,
        one);
    Broken.unless(
        Math.abs(scale - 1) < EXACT || before.norm() == NormPlacement.PRE,
        "the variance of the stream becomes %s times as large, which norms after the sums undo %s",
        scale,
        one);
  }

  /** Returns c where MᵀM is c times the identity on vectors of mean 0. */
  private static double varianceRatio(Case one, AxisMap copies) {
    AxisMap gram = copies.then(copies.transpose());
    int size = gram.newSize();
    if (size == 1) {
      return (double) copies.newSize();
    }
    double[][] rows = new double[size][];
    for (int i = 0; i < size; i++) {
      rows[i] = ClaimChecks.dense(gram, i);
    }
    // c·I + b·11ᵀ is the only form: the diagonal and all else are constant.
    double other = rows[0][1];
    double diagonal = rows[0][0];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        Broken.unless(
            Math.abs(rows[i][j] - (i == j ? diagonal : other)) < EXACT,
            "copies of 'residual' are uneven: MᵀM is %s at %s and %s at %s %s",
            rows[i][j],
            List.of(i, j),
            i == j ? diagonal : other,
            i == j ? List.of(0, 0) : List.of(0, 1),
            one);
      }
    }
    return diagonal - other;
  }
}
