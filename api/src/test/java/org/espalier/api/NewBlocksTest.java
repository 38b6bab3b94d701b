package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Which blocks a growth adds")
class NewBlocksTest {

  @ParameterizedTest
  @CsvSource({
    "0 1 2, 3, ''",
    "0 1 2 0 1 2, 3, 3 4 5",
    "0 1 2 1 2, 3, 3 4",
    "0 0 1 1, 2, 1 3",
    "0 1 1 2, 3, 2",
    "2 0, 3, ''"
  })
  void furtherCopiesOfABlock(String sources, int old, String added) {
    assertThat(growth(BlockMap.of(old, numbers(sources).toList())).newBlocks())
        .isEqualTo(numbers(added).collect(Collectors.toSet()));
  }

  @Test
  void mergedBlocksAreNotNewAndThoseMadeOfNothingAre() {
    BlockMap merged = new BlockMap(AxisMap.groupMean(4, List.of(List.of(0, 1), List.of(2, 3))));
    assertThat(growth(merged).newBlocks()).isEmpty();
    BlockMap empty =
        new BlockMap(new SparseMatrix(1, List.of(List.of(new AxisMap.Entry(0, 1)), List.of())));
    assertThat(growth(empty).newBlocks()).containsExactly(1);
  }

  @Test
  void aCopyWithParametersOfItsOwnIsNewWhereverItStands() {
    // As in an exact expansion: block 1 is made of the one above it, and adds nothing at first.
    GrowthPlan plan =
        GrowthPlan.from(Specs.tiny(2))
            .blocks(4, t -> t < 1 ? 0 : 1)
            .rule("h/1/out/kernel", new TensorRule.Fill(Initializer.zeros(), 0))
            .rule("h/3/out/kernel", new TensorRule.Fill(Initializer.zeros(), 0))
            .build();
    assertThat(plan.newBlocks()).containsExactly(1, 3);

    Growth growth =
        new Growth("x", "1", Map.of(), 0, plan.blocks(), plan.newBlocks(), Map.of(), "");
    Lineage lineage = Lineage.empty().with(growth);
    assertThat(lineage.toJson()).contains("new_blocks");
    assertThat(Lineage.fromJson(lineage.toJson())).isEqualTo(lineage);
  }

  @Test
  void growthsInARowAddTheirBlocksTogether() {
    Growth stack = growth(BlockMap.of(1, 2, t -> 0));
    Growth swap = growth(BlockMap.of(2, List.of(1, 0, 0)));
    Lineage lineage = Lineage.empty().with(stack).with(swap);
    assertThat(lineage.newBlocks(0)).isEmpty();
    assertThat(lineage.newBlocks(1)).containsExactly(2);
    // Block 0 is what stacking had added.
    assertThat(lineage.newBlocks(2)).containsExactly(0, 2);
    assertThatThrownBy(() -> lineage.newBlocks(3)).isInstanceOf(EspalierException.class);
  }

  @Test
  void aBlockThatIsNotThereIsRefused() {
    assertThatThrownBy(
            () -> new Growth("x", "1", Map.of(), 0, BlockMap.identity(2), Set.of(2), Map.of(), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("new block 2");
  }

  private static Growth growth(BlockMap map) {
    return new Growth("x", "1", Map.of(), 0, map, Map.of(), "");
  }

  private static Stream<Integer> numbers(String text) {
    return Arrays.stream(text.split(" ")).filter(n -> !n.isEmpty()).map(Integer::valueOf);
  }
}
