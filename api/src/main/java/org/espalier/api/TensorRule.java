package org.espalier.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How one parameter of the next model is made. Immutable. */
public sealed interface TensorRule {

  /**
   * The bytes of one old tensor, unchanged; several copies may share storage.
   *
   * @param source a parameter of the same shape and type
   */
  record Copy(TensorSource source) implements TensorRule {
    /** Refuses random sources, which {@link Fill} covers. */
    public Copy {
      if (source instanceof TensorSource.Random) {
        throw new IllegalArgumentException("random numbers are filled in, not copied");
      }
    }
  }

  /**
   * A sum of terms. Arithmetic is done in float64 and rounded once, to the parameter's type.
   *
   * @param terms at least one
   */
  record Combine(List<Term> terms) implements TensorRule {
    /** Copies and checks the terms. */
    public Combine {
      terms = List.copyOf(terms);
      if (terms.isEmpty()) {
        throw new IllegalArgumentException("a combination needs at least one term");
      }
    }
  }

  /**
   * One summand: coefficient · (source contracted with a map per axis).
   *
   * @param source where the numbers come from; a random source has the new shape and takes no maps
   * @param coefficient its factor
   * @param maps a map for each axis of the source, or empty to keep the shape
   */
  record Term(TensorSource source, double coefficient, List<AxisMap> maps) {
    /** Copies and checks the maps. */
    public Term {
      maps = List.copyOf(maps);
      if (!Double.isFinite(coefficient)) {
        throw new IllegalArgumentException("coefficient " + coefficient + " is not finite");
      }
      if (source instanceof TensorSource.Random && !maps.isEmpty()) {
        throw new IllegalArgumentException("random numbers have the new shape and take no maps");
      }
    }
  }

  /**
   * Fresh numbers.
   *
   * @param initializer the distribution
   * @param seed which numbers of the distribution
   */
  record Fill(Initializer initializer, long seed) implements TensorRule {}

  /**
   * Whatever a named kernel makes of whole tensors: the escape hatch for what {@link Combine}
   * cannot say.
   *
   * @param kernel id of a {@link TensorKernel}
   * @param sources its inputs
   * @param options its settings, by name
   * @param seed for random choices
   */
  record Compute(String kernel, List<TensorSource> sources, Map<String, String> options, long seed)
      implements TensorRule {
    /** Copies the collections. */
    public Compute {
      sources = List.copyOf(sources);
      options = Collections.unmodifiableMap(new TreeMap<>(options));
    }
  }

  /** Returns the rule that copies {@code parameter} of the growing model. */
  static TensorRule copy(String parameter) {
    return new Copy(TensorSource.model(parameter));
  }
}
