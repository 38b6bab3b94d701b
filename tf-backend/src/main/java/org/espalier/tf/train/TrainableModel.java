package org.espalier.tf.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.espalier.api.Mask;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.TrainableSet;

/**
 * A SavedModel as training sees it, its weights still on disk.
 *
 * @param directory where it stands
 * @param spec what it is made of
 * @param variables all variables, in the order of the object graph
 * @param training the forward function that is trained
 * @param inference the forward function that is evaluated
 * @param masks of a sparse model, by parameter
 */
public record TrainableModel(
    Path directory,
    ModelSpec spec,
    List<ModelVariable> variables,
    ForwardFunction training,
    ForwardFunction inference,
    Map<String, Mask> masks) {
  /** Copies the collections. */
  public TrainableModel {
    variables = List.copyOf(variables);
    masks = Map.copyOf(masks);
  }

  /**
   * Reads the functions of a SavedModel.
   *
   * @param spec what the model is made of; its parameters are named by object path
   * @param calling which functions they are and what they take
   * @throws EspalierException if the model has no function that gives token logits
   */
  public static TrainableModel read(Path directory, ModelSpec spec, Calling calling) {
    return new TrainableModelReader(directory, spec, calling).read();
  }

  /** Returns the names of the parameters that {@code trainable} chooses. */
  Set<String> chosenBy(TrainableSet trainable) {
    return chosenBy(trainable, Set.of());
  }

  /**
   * Returns the names of the parameters that {@code trainable} chooses.
   *
   * @param newBlocks the blocks that the growth before the stage added
   */
  Set<String> chosenBy(TrainableSet trainable, Set<Integer> newBlocks) {
    return spec.parameters().stream()
        .filter(parameter -> parameter.dtype().isFloating())
        .filter(parameter -> trainable.contains(parameter, spec, newBlocks))
        .map(Parameter::name)
        .collect(Collectors.toSet());
  }

  /**
   * Returns the names of the parameters that weight decay applies to: all but biases and norms,
   * which are those of fewer than two axes.
   */
  Set<String> decayed() {
    return spec.parameters().stream()
        .filter(parameter -> parameter.shape().size() >= 2)
        .filter(parameter -> !parameter.role().endsWith(".bias"))
        .map(Parameter::name)
        .collect(Collectors.toSet());
  }
}
