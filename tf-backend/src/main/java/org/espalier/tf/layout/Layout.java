package org.espalier.tf.layout;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.ModelAttributes;

/**
 * What the parameters of one exporter's models are for. Immutable.
 *
 * @param id its name
 * @param about which models it describes, for people
 * @param family the architecture of those models
 * @param named which of a variable's names the entries are about
 * @param attributes what those models have in common
 * @param constants by dimension, or {@link #NORM_EPSILON}, the end of the name of a constant in the
 *     model's functions: for what no shape shows
 * @param entries what each parameter is for
 */
record Layout(
    String id,
    String about,
    String family,
    Named named,
    ModelAttributes attributes,
    Map<String, String> constants,
    List<LayoutEntry> entries) {
  static final String NORM_EPSILON = "norm-epsilon";

  /** A name of a variable. */
  enum Named {
    /** The one its exporter gave it, without the output number. */
    NAME,
    /** Its path in the object graph. */
    PATH
  }

  /** Copies the collections. */
  Layout {
    constants = ImmutableMap.copyOf(constants);
    entries = List.copyOf(entries);
  }
}
