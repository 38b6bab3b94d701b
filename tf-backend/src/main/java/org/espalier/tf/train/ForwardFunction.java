package org.espalier.tf.train;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.util.Map;
import org.tensorflow.proto.GraphDef;

/**
 * A model's forward computation as one flat body, without calls to functions.
 *
 * <p>Immutable.
 *
 * @param body nodes of the computation; inputs and variable handles are placeholders of it
 * @param handles the variable that each handle placeholder of {@code body} stands for: variable
 *     name by node name
 * @param inputs the placeholder of each input, by role; tokens or images at least
 * @param logits the tensor of logits, [batch, sequence, vocabulary] or [batch, classes], as {@code
 *     node:index}
 */
public record ForwardFunction(
    GraphDef body, Map<String, String> handles, Map<InputRole, String> inputs, String logits) {
  /** Copies the maps. */
  public ForwardFunction {
    handles = ImmutableMap.copyOf(handles);
    inputs = ImmutableSortedMap.copyOf(inputs);
    if (!inputs.containsKey(InputRole.TOKENS) && !inputs.containsKey(InputRole.IMAGES)) {
      throw new IllegalArgumentException("a forward function needs an input of tokens or images");
    }
  }

  /** Whether it takes images; otherwise it takes tokens. */
  boolean takesImages() {
    return inputs.containsKey(InputRole.IMAGES);
  }
}
