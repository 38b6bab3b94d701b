package org.espalier.api;

/**
 * The roles of parameters that Espalier knows by name.
 *
 * <p>A role is a dotted path from the general to the special, so that {@code attention} selects all
 * of an attention layer. Layouts may use others; operators treat those by their axes alone.
 */
public final class Roles {
  /** Token table, rows are token ids. */
  public static final String EMBEDDING_WORD = "embedding.word";

  /** Position table. */
  public static final String EMBEDDING_POSITION = "embedding.position";

  /** Token type (segment) table. */
  public static final String EMBEDDING_TYPE = "embedding.type";

  /**
   * Kernel that makes an embedding of each patch of an image: height, width, channels, residual.
   */
  public static final String EMBEDDING_PATCH_KERNEL = "embedding.patch.kernel";

  /** Bias of the patches' embeddings. */
  public static final String EMBEDDING_PATCH_BIAS = "embedding.patch.bias";

  /** The token that stands before the patches of an image and is read by the classifier. */
  public static final String EMBEDDING_CLASS = "embedding.class";

  /** Scale of the norm that follows the embeddings. */
  public static final String EMBEDDING_NORM_SCALE = "embedding.norm.scale";

  /** Offset of the norm that follows the embeddings. */
  public static final String EMBEDDING_NORM_OFFSET = "embedding.norm.offset";

  /** Query kernel. */
  public static final String QUERY_KERNEL = "attention.query.kernel";

  /** Query bias. */
  public static final String QUERY_BIAS = "attention.query.bias";

  /** Key kernel. */
  public static final String KEY_KERNEL = "attention.key.kernel";

  /** Key bias. */
  public static final String KEY_BIAS = "attention.key.bias";

  /** Value kernel. */
  public static final String VALUE_KERNEL = "attention.value.kernel";

  /** Value bias. */
  public static final String VALUE_BIAS = "attention.value.bias";

  /** Kernel of the projection back to the residual stream. */
  public static final String ATTENTION_OUTPUT_KERNEL = "attention.output.kernel";

  /** Bias of the projection back to the residual stream. */
  public static final String ATTENTION_OUTPUT_BIAS = "attention.output.bias";

  /** Scale of the norm before (pre-norm) or after (post-norm) the attention. */
  public static final String ATTENTION_NORM_SCALE = "attention.norm.scale";

  /** Offset of the norm before or after the attention. */
  public static final String ATTENTION_NORM_OFFSET = "attention.norm.offset";

  /** Kernel of the first feed-forward layer. */
  public static final String FFN_INPUT_KERNEL = "ffn.input.kernel";

  /** Bias of the first feed-forward layer. */
  public static final String FFN_INPUT_BIAS = "ffn.input.bias";

  /** Kernel of the second feed-forward layer. */
  public static final String FFN_OUTPUT_KERNEL = "ffn.output.kernel";

  /** Bias of the second feed-forward layer. */
  public static final String FFN_OUTPUT_BIAS = "ffn.output.bias";

  /** Scale of the norm before or after the feed-forward layers. */
  public static final String FFN_NORM_SCALE = "ffn.norm.scale";

  /** Offset of the norm before or after the feed-forward layers. */
  public static final String FFN_NORM_OFFSET = "ffn.norm.offset";

  /** Scale of the norm after the last block of a pre-norm model. */
  public static final String FINAL_NORM_SCALE = "final.norm.scale";

  /** Offset of the norm after the last block of a pre-norm model. */
  public static final String FINAL_NORM_OFFSET = "final.norm.offset";

  /** Kernel of the dense layer before the token logits (BERT's MLM transform). */
  public static final String HEAD_TRANSFORM_KERNEL = "head.transform.kernel";

  /** Bias of the dense layer before the token logits. */
  public static final String HEAD_TRANSFORM_BIAS = "head.transform.bias";

  /** Scale of the norm before the token logits. */
  public static final String HEAD_NORM_SCALE = "head.norm.scale";

  /** Offset of the norm before the token logits. */
  public static final String HEAD_NORM_OFFSET = "head.norm.offset";

  /** Kernel of the dense layer on a sequence's first position, which classifiers read. */
  public static final String POOLER_KERNEL = "pooler.kernel";

  /** Bias of the dense layer on a sequence's first position. */
  public static final String POOLER_BIAS = "pooler.bias";

  /** Matrix that makes the logits, of tokens where the head is not tied, or of classes. */
  public static final String HEAD_KERNEL = "head.kernel";

  /** Bias of the logits. */
  public static final String HEAD_BIAS = "head.bias";

  /** A parameter whose purpose is not known. */
  public static final String UNKNOWN = "unknown";

  private Roles() {}

  /** Returns whether {@code role} is {@code prefix} or below it. */
  public static boolean matches(String role, String prefix) {
    return role.equals(prefix) || role.startsWith(prefix + ".");
  }
}
