package org.espalier.tf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.bundle.BundleEntry;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.family.FamilyOptions;
import org.espalier.tf.savedmodel.BuiltGraph;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.ModelRecord;
import org.espalier.tf.weights.ElementTypes;

/**
 * Models that are known without reading their graph: our builder made it for the recorded spec, and
 * the file is still the same.
 */
final class BuiltModel {
  private BuiltModel() {}

  /**
   * Returns the mark of a model's graph if it is genuine.
   *
   * @return empty where anything differs from what our builder would have made
   */
  static Optional<BuiltGraph> mark(ModelRecord record, Path model) {
    return record.built().filter(built -> isOn(model, built) && isOurs(record.spec(), built));
  }

  /** A file that cannot be read is told of by whoever needs it. */
  private static boolean isOn(Path model, BuiltGraph built) {
    try {
      return built.isOn(model);
    } catch (IOException unreadable) {
      return false;
    }
  }

  /** Only a family of ours can have built it. */
  private static boolean isOurs(ModelSpec spec, BuiltGraph built) {
    try {
      return !spec.parameters().isEmpty()
          && FamilyOptions.of(spec, built.dropout()).dtype() == spec.parameters().get(0).dtype();
    } catch (EspalierException notOurs) {
      return false;
    }
  }

  /** Returns whether a checkpoint holds the parameters of a spec as we store them, and no more. */
  static boolean fits(ModelSpec spec, BundleReader weights) {
    Set<String> left = new HashSet<>(weights.entries().keySet());
    for (Parameter parameter : spec.parameters()) {
      String key = CheckpointGraph.keyOf(parameter.name());
      BundleEntry entry = weights.entries().get(key);
      boolean same =
          left.remove(key)
              && entry.dtype() == ElementTypes.of(parameter.dtype())
              && entry.shape().equals(parameter.shape());
      if (!same) {
        return false;
      }
    }
    return left.equals(Set.of(CheckpointGraph.KEY));
  }

  /** Returns what is known of such a model. */
  static Recognition recognition(ModelSpec spec) {
    return new Recognition(spec, Variables.of(spec), List.of());
  }
}
