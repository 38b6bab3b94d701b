package org.espalier.api;

import java.util.Map;

/**
 * What a {@link GrowthOperator} may look at.
 *
 * @param model the model to grow
 * @param options validated options
 * @param seed for random choices
 * @param lineage how the model came to be
 * @param references specs of further models, by name
 * @param masks the masks of the model to grow, by parameter
 */
public record GrowthRequest<O extends Record>(
    ModelSpec model,
    O options,
    long seed,
    Lineage lineage,
    Map<String, ModelSpec> references,
    Map<String, MaskSpec> masks) {
  /** Copies the maps. */
  public GrowthRequest {
    references = Map.copyOf(references);
    masks = Map.copyOf(masks);
  }

  /** Makes a request for a model without masks. */
  public GrowthRequest(
      ModelSpec model, O options, long seed, Lineage lineage, Map<String, ModelSpec> references) {
    this(model, options, seed, lineage, references, Map.of());
  }

  /** Returns a request without lineage or references. */
  public static <O extends Record> GrowthRequest<O> of(ModelSpec model, O options, long seed) {
    return new GrowthRequest<>(model, options, seed, Lineage.empty(), Map.of());
  }

  /**
   * Returns the spec of a reference.
   *
   * @throws EspalierException if the request has none of that name
   */
  public ModelSpec reference(String name) {
    ModelSpec reference = references.get(name);
    if (reference == null) {
      throw new EspalierException(
          "The operator needs a reference model '"
              + name
              + "', but got "
              + (references.isEmpty() ? "none" : references.keySet())
              + "; give it with --reference");
    }
    return reference;
  }
}
