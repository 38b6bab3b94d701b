package org.espalier.tf.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.tensorflow.proto.DataType;

/**
 * Which blocks of a sparse kernel are in use, as the numbers that products by blocks read: int32
 * [5, blocks in use].
 *
 * <p>Blocks are listed column by column of the grid, and down each column. The first three rows are
 * of that order: each block's row and column in the grid, and the number of the element that its
 * first row begins with, counted in pieces of a block's width. The last two list the blocks row by
 * row of the grid: the place of each in the order above, and its row.
 */
final class KernelBlocks {
  /** The rows, by number: of each block column by column, its row and column in the grid. */
  static final int ROW = 0;

  static final int COLUMN = 1;

  /** Its first piece. */
  static final int FIRST_PIECE = 2;

  /** Of each block row by row, its place column by column, and its row in the grid. */
  static final int PLACE_BY_ROW = 3;

  static final int ROW_BY_ROW = 4;

  /** How many rows there are. */
  static final int ROWS = 5;

  private KernelBlocks() {}

  /** Returns the variable that holds the blocks of a mask of this form. */
  static ModelVariable variable(ModelVariable kernel, MaskSpec spec) {
    List<Long> shape = List.of((long) ROWS, (long) spec.active());
    return new ModelVariable(kernel.name(), DataType.DT_INT32, shape, kernel.keys());
  }

  /** Returns what fills that variable. */
  static SessionVariables.Filler filler(Mask mask) {
    MaskSpec spec = mask.spec();
    int columns = spec.blockColumns();
    // Both sorts are stable, so that blocks of one column, or row, stay in order.
    int[] byColumn =
        IntStream.range(0, spec.blocks())
            .filter(mask::isActive)
            .boxed()
            .sorted(Comparator.comparingInt(block -> block % columns))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] byRow =
        IntStream.range(0, byColumn.length)
            .boxed()
            .sorted(Comparator.comparingInt(place -> byColumn[place] / columns))
            .mapToInt(Integer::intValue)
            .toArray();
    ByteBuffer numbers = ByteBuffer.allocate(ROWS * byColumn.length * Integer.BYTES);
    numbers.order(ByteOrder.LITTLE_ENDIAN);
    IntStream.of(byColumn).forEach(block -> numbers.putInt(block / columns));
    IntStream.of(byColumn).forEach(block -> numbers.putInt(block % columns));
    IntStream.of(byColumn).forEach(block -> numbers.putInt(firstPiece(spec, block)));
    IntStream.of(byRow).forEach(numbers::putInt);
    IntStream.of(byRow).forEach(place -> numbers.putInt(byColumn[place] / columns));
    return bytes -> bytes.put(0, numbers.duplicate().rewind());
  }

  /** A row of the kernel is {@code columns} pieces long, and a row of the grid has block rows. */
  private static int firstPiece(MaskSpec spec, int block) {
    int columns = spec.blockColumns();
    return Math.toIntExact((long) (block / columns) * spec.block() * columns + block % columns);
  }
}
