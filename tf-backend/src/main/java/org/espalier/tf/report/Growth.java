package org.espalier.tf.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An operator made the next stage's model.
 *
 * @param at the stage that trains the grown model, and the steps done before it
 * @param operator the operator's id
 * @param version the version of the jar it came from; may be empty
 * @param options the options it ran with, in order
 * @param reference the second model it took, or empty
 * @param blocksBefore blocks of the model it was given
 * @param blocksAfter blocks of the model it made
 * @param blockMap the old block that each new block comes from, or empty where it is no such map
 * @param sources what it made the model of; empty in runs of versions that did not log it
 */
public record Growth(
    RunPosition at,
    String operator,
    String version,
    Map<String, String> options,
    String reference,
    int blocksBefore,
    int blocksAfter,
    List<Integer> blockMap,
    Optional<GrowthSources> sources)
    implements RunEvent {

  /** Copies the collections. */
  public Growth {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(operator, "operator");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(reference, "reference");
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    blockMap = List.copyOf(blockMap);
    Objects.requireNonNull(sources, "sources");
  }
}
