package org.espalier.tf.train;

import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.tf.graph.LookedUpTables;

/**
 * The largest integers that a model is fed.
 *
 * @param tokens largest token id
 * @param segments largest segment
 * @param positions largest position
 */
record FedRanges(int tokens, int segments, int positions) {
  /**
   * Checks them against the tables that the model looks them up in, trained or not.
   *
   * @throws EspalierException if a table has too few rows
   */
  void check(TrainableModel model) {
    check(model.training());
    check(model.inference());
  }

  private void check(ForwardFunction function) {
    Map<String, Long> tables = LookedUpTables.rows(function.body());
    function
        .inputs()
        .forEach(
            (role, input) -> {
              long rows = tables.getOrDefault(input, Long.MAX_VALUE);
              int largest = largest(role);
              if (largest >= rows) {
                throw new EspalierException(
                    "Input '%s' is fed %s from 0 to %d, but looks them up in a table of %d rows; say with --input what each input of the model takes, or give it a larger table"
                        .formatted(input, role.label(), largest, rows));
              }
            });
  }

  private int largest(InputRole role) {
    return switch (role) {
      case TOKENS -> tokens;
      case SEGMENTS -> segments;
      case MASK -> 1;
      case POSITIONS -> positions;
      case IMAGES -> 0;
    };
  }
}
