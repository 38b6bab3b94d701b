package org.espalier.tf.family;

import java.util.List;

/** The forward function of a family. */
interface FamilyBody {
  /** Returns what it takes, in the order in which Python passes it. */
  List<TensorSpec> arguments();

  /** Returns what it gives, sorted by name: the logits and, where there is a pooler, its output. */
  List<TensorSpec> outputs();

  /**
   * Adds the nodes of the model.
   *
   * @param scope where; computes in the model's type
   * @param layers the variables and options
   * @param inputs the values of {@link #arguments}
   * @return the values of {@link #outputs}
   */
  List<Value> build(Scope scope, Layers layers, List<Value> inputs);

  /** Returns the body of a model. */
  static FamilyBody of(FamilyOptions options) {
    return switch (options.family()) {
      case BERT -> new BertBody(options);
      case GPT -> new GptBody(options);
      case VIT -> new VitBody(options);
    };
  }
}
