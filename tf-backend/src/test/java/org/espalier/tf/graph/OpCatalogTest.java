package org.espalier.tf.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.OpDef;

/** Holds the list of ops that ships as data to the one of the runtime it was made from. */
class OpCatalogTest {
  @Test
  void knowsEveryOpOfTheRuntimeByItsSignature() {
    List<String> different = new ArrayList<>();
    for (OpDef op : TensorFlow.registeredOpList().getOpList()) {
      if (!OpCatalog.bundled().find(op.getName()).equals(java.util.Optional.of(bare(op)))) {
        different.add(op.getName());
      }
    }
    assertThat(different).isEmpty();
  }

  /** What the resource keeps of an op: write {@code OpList}s of these to make it anew. */
  private static OpDef bare(OpDef op) {
    OpDef.Builder bare = op.toBuilder().clearSummary().clearDescription().clearDeprecation();
    bare.getInputArgBuilderList()
        .forEach(argument -> argument.clearDescription().clearExperimentalFullType());
    bare.getOutputArgBuilderList()
        .forEach(argument -> argument.clearDescription().clearExperimentalFullType());
    bare.getAttrBuilderList().forEach(OpDef.AttrDef.Builder::clearDescription);
    return bare.build();
  }
}
