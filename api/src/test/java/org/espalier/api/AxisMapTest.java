package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AxisMapTest {
  /** Three maps of which each takes what the one before makes. */
  record Chain(AxisMap first, AxisMap second, AxisMap third) {}

  @Provide
  Arbitrary<AxisMap> map() {
    return Arbitraries.integers().between(1, 5).flatMap(Specs::maps);
  }

  @Provide
  Arbitrary<Chain> chain() {
    return map()
        .flatMap(
            a ->
                Specs.maps(a.newSize())
                    .flatMap(b -> Specs.maps(b.newSize()).map(c -> new Chain(a, b, c))));
  }

  @Property
  void transposingTwiceChangesNothing(@ForAll("map") AxisMap map) {
    assertThat(Specs.dense(map.transpose().transpose())).isDeepEqualTo(Specs.dense(map));
    assertThat(Specs.dense(map.transpose())).isDeepEqualTo(transposed(Specs.dense(map)));
  }

  @Property
  void thenIsTheMatrixProduct(@ForAll("chain") Chain chain) {
    assertThat(Specs.dense(chain.first().then(chain.second())))
        .isDeepEqualTo(product(Specs.dense(chain.second()), Specs.dense(chain.first())));
  }

  @Property
  void thenIsAssociative(@ForAll("chain") Chain chain) {
    AxisMap left = chain.first().then(chain.second()).then(chain.third());
    AxisMap right = chain.first().then(chain.second().then(chain.third()));
    assertThat(Specs.dense(left)).isDeepEqualTo(Specs.dense(right));
  }

  @Property
  void transposeReversesThen(@ForAll("chain") Chain chain) {
    AxisMap product = chain.first().then(chain.second());
    AxisMap reversed = chain.second().transpose().then(chain.first().transpose());
    assertThat(Specs.dense(product.transpose())).isDeepEqualTo(Specs.dense(reversed));
  }

  @Property
  void normalisedRowsSumToOne(@ForAll("map") AxisMap map) {
    AxisMap normalised = map.rowNormalised();
    for (int i = 0; i < map.newSize(); i++) {
      double before = map.row(i).stream().mapToDouble(AxisMap.Entry::weight).sum();
      double after = normalised.row(i).stream().mapToDouble(AxisMap.Entry::weight).sum();
      assertThat(after).isEqualTo(before == 0 ? 0 : 1, org.assertj.core.data.Offset.offset(1e-12));
    }
  }

  @Property
  void kroneckerIsThatOfMatrices(@ForAll("map") AxisMap outer, @ForAll("map") AxisMap inner) {
    double[][] a = Specs.dense(outer);
    double[][] b = Specs.dense(inner);
    double[][] product = Specs.dense(outer.kronecker(inner));
    assertThat(product).hasDimensions(a.length * b.length, a[0].length * b[0].length);
    for (int i = 0; i < product.length; i++) {
      for (int j = 0; j < product[i].length; j++) {
        // Zeros may differ in sign; what counts is the number.
        assertThat(product[i][j])
            .isEqualByComparingTo(
                a[i / b.length][j / b[0].length] * b[i % b.length][j % b[0].length] + 0.0);
      }
    }
  }

  @Property
  void repeatedInnerMovesWholeGroups(@ForAll("map") AxisMap map, @ForAll("inner") int inner) {
    AxisMap repeated = map.repeatedInner(inner);
    assertThat(repeated.oldSize()).isEqualTo(map.oldSize() * inner);
    for (int i = 0; i < repeated.newSize(); i++) {
      int offset = i % inner;
      assertThat(repeated.row(i))
          .isEqualTo(
              map.row(i / inner).stream()
                  .map(e -> new AxisMap.Entry(e.index() * inner + offset, e.weight()))
                  .toList());
    }
    assertThat(repeated.isSelection()).isEqualTo(map.isSelection());
  }

  @Provide
  Arbitrary<Integer> inner() {
    return Arbitraries.integers().between(1, 4);
  }

  @Property
  void directSumIsBlockDiagonal(@ForAll("map") AxisMap first, @ForAll("map") AxisMap second) {
    double[][] sum = Specs.dense(AxisMap.directSum(List.of(first, second)));
    for (int i = 0; i < sum.length; i++) {
      for (int j = 0; j < sum[i].length; j++) {
        boolean top = i < first.newSize();
        boolean left = j < first.oldSize();
        double expected = 0;
        if (top && left) {
          expected = Specs.dense(first)[i][j];
        } else if (!top && !left) {
          expected = Specs.dense(second)[i - first.newSize()][j - first.oldSize()];
        }
        assertThat(sum[i][j]).isEqualTo(expected);
      }
    }
  }

  /** NᵀM = I where every old element is copied somewhere: the linear part is preserved. */
  @Property
  void sharesUndoCopies(@ForAll("covering") AxisMap copies) {
    WidthPair pair = WidthPair.of(copies);
    double[][] product =
        product(transposed(Specs.dense(pair.shares())), Specs.dense(pair.copies()));
    for (int i = 0; i < product.length; i++) {
      for (int j = 0; j < product.length; j++) {
        assertThat(product[i][j])
            .isEqualTo(i == j ? 1 : 0, org.assertj.core.data.Offset.offset(1e-12));
      }
    }
  }

  @Provide
  Arbitrary<AxisMap> covering() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 5),
            Arbitraries.integers().between(0, 100).list().ofMaxSize(6))
        .as(
            (size, extra) -> {
              List<Integer> sources = new ArrayList<>();
              for (int i = 0; i < size; i++) {
                sources.add(i);
              }
              extra.forEach(e -> sources.add(e % size));
              return AxisMap.selection(size, sources);
            });
  }

  @Example
  void plainKindsStayPlain() {
    AxisMap tile = AxisMap.tile(3, 2);
    assertThat(tile.repeatedInner(4)).isInstanceOf(Selection.class);
    assertThat(AxisMap.identity(3).repeatedInner(4)).isEqualTo(AxisMap.identity(12));
    assertThat(AxisMap.directSum(List.of(tile, tile))).isInstanceOf(Selection.class);
    assertThat(tile.then(AxisMap.selection(6, List.of(5, 0))))
        .isEqualTo(AxisMap.selection(3, List.of(2, 0)));
    assertThat(AxisMap.groupMean(4, List.of(List.of(2, 0), List.of(1, 3))).row(0))
        .containsExactly(new AxisMap.Entry(0, 0.5), new AxisMap.Entry(2, 0.5));
  }

  @Example
  void mapsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> AxisMap.identity(3).then(AxisMap.identity(4)))
        .hasMessage("the first map makes 3 elements, the next takes 4");
    assertThatThrownBy(() -> AxisMap.selection(3, List.of(3)))
        .hasMessageContaining("source 3 is outside");
    assertThatThrownBy(() -> AxisMap.pad(4, 3)).hasMessageContaining("cannot pad");
    assertThatThrownBy(
            () ->
                AxisMap.matrix(
                    2, List.of(List.of(new AxisMap.Entry(1, 1), new AxisMap.Entry(0, 1)))))
        .hasMessageContaining("out of order");
  }

  private static double[][] transposed(double[][] matrix) {
    double[][] result = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[0].length; j++) {
        result[j][i] = matrix[i][j];
      }
    }
    return result;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] result = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          result[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return result;
  }
}
