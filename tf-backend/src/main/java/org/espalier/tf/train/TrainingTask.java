package org.espalier.tf.train;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.espalier.api.MaskSpec;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Precision;
import org.tensorflow.proto.DataType;

/**
 * All that decides a training graph.
 *
 * @param variables the model's variables
 * @param training the forward function that is trained, with its dropout
 * @param inference the forward function that is evaluated
 * @param trained names of the variables to train
 * @param decayed names of those that weight decay applies to
 * @param masked names of the trained variables that have a mask, now or later
 * @param byBlocks masks, by variable, whose blocks in use products are made of, one a block; their
 *     form and what they leave out of the variables stay as they are
 * @param optimizer optimizer and its constants
 * @param shape what a step is fed and asked, or one of the parts of its batch
 * @param seed of dropout
 * @param parts how many parts the batch of a step is cut into
 * @param precision the types that a step computes in
 */
public record TrainingTask(
    List<ModelVariable> variables,
    ForwardFunction training,
    ForwardFunction inference,
    Set<String> trained,
    Set<String> decayed,
    Set<String> masked,
    Map<String, MaskSpec> byBlocks,
    OptimizerSettings optimizer,
    StepShape shape,
    long seed,
    int parts,
    Precision precision) {
  /** Makes a task without masks, of undivided batches, in the model's own types. */
  public TrainingTask(
      List<ModelVariable> variables,
      ForwardFunction training,
      ForwardFunction inference,
      Set<String> trained,
      Set<String> decayed,
      OptimizerSettings optimizer,
      StepShape shape,
      long seed) {
    this(
        variables,
        training,
        inference,
        trained,
        decayed,
        Set.of(),
        Map.of(),
        optimizer,
        shape,
        seed,
        1,
        Precision.FULL);
  }

  /** Copies the collections and checks what is trained. */
  public TrainingTask {
    variables = List.copyOf(variables);
    trained = Set.copyOf(trained);
    decayed = Set.copyOf(decayed);
    masked = Set.copyOf(masked);
    byBlocks = Map.copyOf(byBlocks);
    if (trained.isEmpty()) {
      throw new EspalierException("The trainable set chooses no parameter of the model");
    }
    for (ModelVariable variable : variables) {
      boolean floating =
          variable.dtype() == DataType.DT_FLOAT || variable.dtype() == DataType.DT_DOUBLE;
      if (trained.contains(variable.name()) && !floating) {
        throw new EspalierException(
            "Variable '%s' is of type %s; float32 and float64 can be trained"
                .formatted(variable.name(), variable.dtype()));
      }
      if (precision == Precision.MIXED_BFLOAT16 && variable.dtype() == DataType.DT_DOUBLE) {
        throw new EspalierException(
            ("The precision mixed_bfloat16 is for models of float32; variable '%s' is of float64;"
                    + " train it with the precision full")
                .formatted(variable.name()));
      }
    }
  }
}
