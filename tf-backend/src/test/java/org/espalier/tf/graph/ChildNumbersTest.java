package org.espalier.tf.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

class ChildNumbersTest {
  // Objects 10 to 12 belong to blocks 0 to 2; a copy of n for block t is 100 t + n.
  private static final Map<Integer, Integer> BLOCKS = Map.of(10, 0, 11, 1, 12, 2);

  @Test
  void insertsBehindTheLastBlockAndRenumbersTheRest() {
    assertThat(edit(4, "0", 1, "1", 10, "2", 11, "3", 12, "4", 2))
        .containsExactly("0=1", "1=10", "2=11", "3=12", "4=312", "5=2");
  }

  @Test
  void closesGapsWhenBlocksGo() {
    assertThat(edit(1, "0", 1, "1", 10, "2", 11, "3", 12, "4", 2))
        .containsExactly("0=1", "1=10", "2=2");
  }

  @Test
  void continuesNamesWithANumberInside() {
    assertThat(edit(5, "block_0_norm1", 10, "block_1_norm1", 11, "block_2_norm1", 12))
        .containsExactly(
            "block_0_norm1=10",
            "block_1_norm1=11",
            "block_2_norm1=12",
            "block_3_norm1=312",
            "block_4_norm1=412");
  }

  @Test
  void takesAFirstBlockWithFewerChildren() {
    Map<Integer, Integer> blocks = Map.of(10, 0, 11, 1, 21, 1, 12, 2, 22, 2);
    assertThat(edit(blocks, 4, "0", 1, "1", 10, "2", 21, "3", 11, "4", 22, "5", 12, "6", 2))
        .containsExactly("0=1", "1=10", "2=21", "3=11", "4=22", "5=12", "6=322", "7=312", "8=2");
    assertThat(edit(blocks, 2, "0", 1, "1", 10, "2", 21, "3", 11, "4", 22, "5", 12, "6", 2))
        .containsExactly("0=1", "1=10", "2=21", "3=11", "4=2");
  }

  @Test
  void doesNotNumberWhereLaterBlocksDiffer() {
    Map<Integer, Integer> blocks = Map.of(10, 0, 11, 1, 12, 2, 22, 2);
    assertThat(edit(blocks, 4, "0", 10, "1", 11, "2", 12, "3", 22))
        .containsExactly("0=10", "1=11", "2=12", "3=22", "2_3=312", "3_3=322");
  }

  @Test
  void leavesOtherNamesAlone() {
    assertThat(edit(2, "a", 10, "b", 11, "c", 12, "v2", 1)).containsExactly("a=10", "b=11", "v2=1");
  }

  private static List<String> edit(int count, Object... namesAndNodes) {
    return edit(BLOCKS, count, namesAndNodes);
  }

  private static List<String> edit(
      Map<Integer, Integer> blocks, int count, Object... namesAndNodes) {
    List<ObjectReference> children = new ArrayList<>();
    for (int i = 0; i < namesAndNodes.length; i += 2) {
      children.add(
          ObjectReference.newBuilder()
              .setLocalName((String) namesAndNodes[i])
              .setNodeId((Integer) namesAndNodes[i + 1])
              .build());
    }
    return new ChildNumbers(blocks, 3, count, (node, block) -> 100 * block + node)
        .edit(children).stream()
            .map(child -> child.getLocalName() + "=" + child.getNodeId())
            .toList();
  }
}
