package org.espalier.tf.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedUserObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/**
 * A list is written by a letter an object: a digit for a layer of that block, {@code +} for an
 * addition, {@code m} for a multiplication, {@code v} for another layer with a variable and {@code
 * f} for an object with a function.
 */
class SiblingsWithoutVariablesTest {
  @Test
  void whatStandsBeforeALayerGoesWithItsBlock() {
    assertThat(found("v+00+0+1+1+2+2+v")).isEqualTo("------1-1-2-2---");
    assertThat(found("0+1+2")).isEqualTo("-1-2-");
  }

  @Test
  void theFirstBlockMayHoldWhatOthersDoNot() {
    assertThat(found("v0m+0+1+1+2+2+v")).isEqualTo("-----1-1-2-2---");
  }

  @Test
  void nothingIsTakenWhereBlocksDiffer() {
    assertThat(found("0+1m2")).isEqualTo("-----");
    assertThat(found("0+1++2")).isEqualTo("------");
  }

  @Test
  void nothingIsTakenWhereBlocksAreOutOfOrder() {
    assertThat(found("0+2+1")).isEqualTo("-----");
    assertThat(found("0+1+0+2")).isEqualTo("-------");
    assertThat(found("0+1")).isEqualTo("---");
  }

  @Test
  void whatHasVariablesOrFunctionsIsNoSibling() {
    assertThat(found("0v1v2")).isEqualTo("-----");
    assertThat(found("0f1f2")).isEqualTo("-----");
  }

  /** By position, the block whose sibling the object was found to be. */
  private static String found(String letters) {
    SavedObjectGraph.Builder graph = SavedObjectGraph.newBuilder();
    SavedObject.Builder root = user();
    graph.addNodes(root);
    Map<Integer, Integer> blockOf = new HashMap<>();
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      int id = graph.getNodesCount();
      ids.add(id);
      root.addChildren(child(Integer.toString(i), id));
      graph.addNodes(user().addChildren(child(childName(letter), id + 1)));
      graph.addNodes(content(letter));
      if (Character.isDigit(letter)) {
        blockOf.put(id, letter - '0');
      }
    }
    graph.setNodes(0, root);
    Map<Integer, Integer> found =
        new SiblingsWithoutVariables(new DraftObjects(graph.build()), blockOf, 3).blockOf();
    return ids.stream()
        .map(id -> found.containsKey(id) ? found.get(id).toString() : "-")
        .collect(Collectors.joining());
  }

  private static String childName(char letter) {
    return Character.isDigit(letter) ? "kernel" : "_" + letter;
  }

  private static SavedObject.Builder content(char letter) {
    if (letter == 'f') {
      return SavedObject.newBuilder().setFunction(SavedFunction.getDefaultInstance());
    }
    return letter == 'v' || Character.isDigit(letter)
        ? SavedObject.newBuilder().setVariable(SavedVariable.getDefaultInstance())
        : user();
  }

  private static SavedObject.Builder user() {
    return SavedObject.newBuilder().setUserObject(SavedUserObject.getDefaultInstance());
  }

  private static ObjectReference child(String name, int id) {
    return ObjectReference.newBuilder().setLocalName(name).setNodeId(id).build();
  }
}
