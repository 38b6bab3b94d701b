package org.espalier.tf.train;

import java.util.List;
import java.util.function.Consumer;
import org.tensorflow.proto.NodeDef;

/**
 * How a node gives chosen rows of what it gave, as [chosen, sizes of a row].
 *
 * @param uses what it takes of each input
 * @param change made to the node when its inputs are there
 */
record RowMove(List<Use> uses, Consumer<NodeDef.Builder> change) {
  /** Copies the list. */
  RowMove {
    uses = List.copyOf(uses);
  }

  static RowMove unchanged(List<Use> uses) {
    return new RowMove(uses, node -> {});
  }

  /**
   * What a node takes of an input.
   *
   * @param lastAxes of a whole input, how many axes are left when those of size 1 before them are
   *     taken off; negative to leave it as it is
   */
  record Use(Kind kind, int lastAxes) {
    enum Kind {
      /** The chosen rows. */
      ROWS,
      /** All of it. */
      WHOLE,
      /** Nothing; {@link RowMove#change} sets the input. */
      NOTHING
    }

    static final Use ROWS = new Use(Kind.ROWS, -1);
    static final Use WHOLE = new Use(Kind.WHOLE, -1);
    static final Use NOTHING = new Use(Kind.NOTHING, -1);

    static Use lastAxes(int axes) {
      return new Use(Kind.WHOLE, axes);
    }
  }
}
