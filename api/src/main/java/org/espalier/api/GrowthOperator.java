package org.espalier.api;

/**
 * A growth method: says what the next model is made of.
 *
 * <p>An implementation is a public class with a public constructor without parameters that does
 * nothing, annotated with {@link Operator} and registered for {@link java.util.ServiceLoader} as a
 * provider of this interface. It holds no state and may be called from several threads.
 *
 * @param <O> its options: a public record in a package that is exported, or opened to {@code
 *     org.espalier.api}; its compact constructor rejects bad values with an {@link
 *     IllegalArgumentException} that names the component
 */
public interface GrowthOperator<O extends Record> {

  /**
   * Returns how the next model is made. It touches no graph, session or file, and returns equal
   * plans for equal requests.
   *
   * @throws EspalierException if this model cannot be grown so
   */
  GrowthPlan plan(GrowthRequest<O> request);
}
