package org.espalier.tf.graph;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A recorded concrete function as analysis sees it.
 *
 * @param name its name in the library
 * @param flat its flat graph
 * @param dropReason why it cannot follow a change of depth at all: it trains
 */
record SurveyedFunction(String name, FlatGraph flat, Optional<String> dropReason) {

  /** The object-graph nodes of everything it captures. */
  Set<Integer> captures() {
    Set<Integer> captures = new LinkedHashSet<>();
    flat.arguments().forEach(argument -> argument.capture().ifPresent(captures::add));
    return captures;
  }
}
