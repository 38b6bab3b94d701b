package org.espalier.tf.family;

import java.util.List;
import org.tensorflow.proto.DataType;

/** The forward function of a family, from token ids to the logits of every position. */
interface FamilyBody {
  /** Returns the names of the int32 arguments of shape [sequences, length]. */
  List<String> arguments();

  /**
   * Adds the nodes of the model.
   *
   * @param scope where; computes in the model's type
   * @param layers the variables and options
   * @param inputs the values of {@link #arguments}
   * @return the logits, of shape [sequences, length, vocabulary]
   */
  Value build(Scope scope, Layers layers, List<Value> inputs);

  /** Returns the body of a family. */
  static FamilyBody of(Family family) {
    return switch (family) {
      case BERT -> new BertBody();
      case GPT -> new GptBody();
    };
  }

  /** The type of token ids, token types and attention masks. */
  DataType ID_TYPE = DataType.DT_INT32;
}
