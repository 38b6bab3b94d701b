package org.espalier.operators;

import com.google.auto.service.AutoService;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.espalier.api.HostTensor;
import org.espalier.api.Parameter;
import org.espalier.api.SeededRandom;
import org.espalier.api.TensorKernel;

/**
 * Makes a first mask: a given number of blocks, uniformly at random.
 *
 * <p>The option {@value #ACTIVE} is that number; there are no sources.
 */
@AutoService(TensorKernel.class)
public final class DrawPattern implements TensorKernel {
  static final String ID = "sparse-draw";
  static final String ACTIVE = "active";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public HostTensor compute(
      Parameter target, List<HostTensor> sources, Map<String, String> options, long seed) {
    BitSet chosen = new BitSet();
    Places.draw(
        chosen,
        Math.toIntExact(target.elements()),
        place -> true,
        KernelOptions.count(ID, options, ACTIVE),
        SeededRandom.of(seed).stream(ID).stream(target.name()));
    return Places.grid(target, chosen);
  }
}
