package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.espalier.api.DType;
import org.espalier.api.Growth;
import org.espalier.api.HostTensor;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;

/**
 * How far what began as copies of the same has moved from each other, by {@link RelativeDistance}.
 *
 * <p>Of blocks: the distance of two blocks is its mean over their parameters of two axes or more;
 * biases and norms are left out, since they begin equal in all blocks. Each further copy of a block
 * is measured from the first, and the mean over them is the result.
 *
 * <p>Of units: for each parameter of two axes or more in a block, and each of its {@code OUT} axes
 * on which a growth in width copied elements, the mean over the further copies of the distance of
 * their slices from the first's; then the mean over those axes.
 *
 * <p>Only float32 and float64 parameters that the session holds are measured.
 */
final class CopyDistance {
  private record Pair(Parameter first, Parameter other) {}

  private final ModelSpec spec;
  private final List<Pair> blocks = new ArrayList<>();
  private final List<UnitCopies> units = new ArrayList<>();
  private final Set<String> names = new TreeSet<>();

  /**
   * Prepares the measurement.
   *
   * @param growths the last ones that led to the model, one after another
   */
  CopyDistance(ModelSpec spec, Trainer trainer, List<Growth> growths) {
    this.spec = spec;
    Set<String> held = trainer.held().stream().map(ModelVariable::name).collect(Collectors.toSet());
    for (BlockCopies.Copy copy : BlockCopies.of(growths)) {
      for (Parameter first : spec.parametersOf(copy.first())) {
        Parameter other = first.inBlock(copy.other());
        if (first.shape().size() >= 2 && measured(first, held) && measured(other, held)) {
          blocks.add(new Pair(first, other));
          names.addAll(List.of(name(first), name(other)));
        }
      }
    }
    for (UnitCopies copies : UnitCopies.of(spec, growths)) {
      if (measured(copies.parameter(), held)) {
        units.add(copies);
        names.add(name(copies.parameter()));
      }
    }
  }

  private static boolean measured(Parameter parameter, Set<String> held) {
    boolean known = parameter.dtype() == DType.FLOAT32 || parameter.dtype() == DType.FLOAT64;
    return known && held.contains(parameter.name());
  }

  private static String name(Parameter parameter) {
    return TrainGraph.value(parameter.name());
  }

  /** What is measured; each is empty where there are no copies. */
  record Distances(OptionalDouble blocks, OptionalDouble units) {}

  /** Measures, and changes nothing. */
  Distances measure(Trainer trainer) {
    if (names.isEmpty()) {
      return new Distances(OptionalDouble.empty(), OptionalDouble.empty());
    }
    try (Snapshot snapshot = trainer.snapshot(names)) {
      SessionTensors tensors = new SessionTensors(trainer, snapshot, spec);
      return new Distances(
          blocks.stream().mapToDouble(pair -> distance(pair, tensors)).average(),
          units.stream().mapToDouble(copies -> distance(copies, tensors)).average());
    }
  }

  private static double distance(Pair pair, SessionTensors tensors) {
    HostTensor first = tensors.value(pair.first().name());
    HostTensor other = tensors.value(pair.other().name());
    RelativeDistance distance = new RelativeDistance();
    for (int i = 0; i < first.elements(); i++) {
      distance.add(first.at(i), other.at(i));
    }
    return distance.value();
  }

  private static double distance(UnitCopies copies, SessionTensors tensors) {
    return copies.distance(tensors.value(copies.parameter().name()).values());
  }
}
