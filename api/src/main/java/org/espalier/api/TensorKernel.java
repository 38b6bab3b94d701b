package org.espalier.api;

import java.util.List;
import java.util.Map;

/**
 * A function of whole tensors that a {@link TensorRule.Compute} names by id.
 *
 * <p>Registered for {@link java.util.ServiceLoader} beside the operators that use it. Holds no
 * state and may be called from several threads.
 */
public interface TensorKernel {
  /** Returns the id that rules use, of the form of an operator's id. */
  String id();

  /**
   * Returns the new tensor.
   *
   * @param target the parameter to make: its shape and type
   * @param sources the rule's sources, in its order
   * @param options the rule's options
   * @param seed the rule's seed
   */
  HostTensor compute(
      Parameter target, List<HostTensor> sources, Map<String, String> options, long seed);
}
