package org.espalier.tf.family;

import static org.espalier.tf.family.Dimensions.CHANNELS;
import static org.espalier.tf.family.Dimensions.CLASSES;
import static org.espalier.tf.family.Dimensions.FFN;
import static org.espalier.tf.family.Dimensions.HEADS;
import static org.espalier.tf.family.Dimensions.HEAD_SIZE;
import static org.espalier.tf.family.Dimensions.PATCH;
import static org.espalier.tf.family.Dimensions.POSITIONS;
import static org.espalier.tf.family.Dimensions.RESIDUAL;
import static org.espalier.tf.family.Dimensions.TOKEN_TYPES;
import static org.espalier.tf.family.Dimensions.VOCABULARY;

import java.util.ArrayList;
import java.util.List;
import org.espalier.api.Axis;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;

/**
 * What the parameters of our own models are called and what their axes run over.
 *
 * <p>Axes follow the general rule of growth: tables of the residual stream are made ({@code OUT}),
 * kernels contract their first axis ({@code IN}) and make their second. The norm before a tied head
 * is {@code IN}: the token table makes the residual stream, so where the head contracts that stream
 * with the same table, the sharing among copies must happen in the norm before it.
 */
final class FamilyLayout {
  /** A parameter by what it is, before sizes are known. */
  record Entry(String pattern, String role, List<Axis> axes) {
    boolean inBlocks() {
      return pattern.contains(Parameter.BLOCK);
    }
  }

  private static final Axis STREAM = Axis.out(RESIDUAL);
  private static final Axis SHARED_STREAM = Axis.in(RESIDUAL);

  private FamilyLayout() {}

  /** Returns the parameters of a model in its order. */
  static List<Entry> entries(FamilyOptions options) {
    List<Entry> entries = new ArrayList<>();
    if (options.family().takesImages()) {
      addImageEmbeddings(entries);
    } else {
      addTextEmbeddings(entries, options.family());
    }
    addBlock(entries, options.family().stack() + "/layer/" + Parameter.BLOCK);
    if (options.pooler()) {
      dense(entries, "pooler", "pooler", SHARED_STREAM, STREAM);
    }
    addHead(entries, options);
    return List.copyOf(entries);
  }

  private static void addTextEmbeddings(List<Entry> entries, Family family) {
    entries.add(table("embeddings/word/table", Roles.EMBEDDING_WORD, VOCABULARY));
    entries.add(table("embeddings/position/table", Roles.EMBEDDING_POSITION, POSITIONS));
    if (family == Family.BERT) {
      entries.add(table("embeddings/type/table", Roles.EMBEDDING_TYPE, TOKEN_TYPES));
      norm(entries, "embeddings/norm", "embedding.norm", STREAM);
    }
  }

  private static void addImageEmbeddings(List<Entry> entries) {
    entries.add(
        new Entry(
            "embeddings/patch/kernel",
            Roles.EMBEDDING_PATCH_KERNEL,
            List.of(Axis.neither(PATCH), Axis.neither(PATCH), Axis.neither(CHANNELS), STREAM)));
    entries.add(new Entry("embeddings/patch/bias", Roles.EMBEDDING_PATCH_BIAS, List.of(STREAM)));
    entries.add(new Entry("embeddings/class/token", Roles.EMBEDDING_CLASS, List.of(STREAM)));
    entries.add(table("embeddings/position/table", Roles.EMBEDDING_POSITION, POSITIONS));
  }

  private static void addHead(List<Entry> entries, FamilyOptions options) {
    Axis before = options.tiedHead() ? SHARED_STREAM : STREAM;
    Axis made = Axis.neither(options.family().takesImages() ? CLASSES : VOCABULARY);
    if (options.family() == Family.BERT) {
      dense(entries, "head/transform", "head.transform", SHARED_STREAM, STREAM);
      norm(entries, "head/norm", "head.norm", before);
    } else {
      norm(entries, "final/norm", "final.norm", before);
    }
    if (!options.tiedHead()) {
      entries.add(new Entry("head/kernel", Roles.HEAD_KERNEL, List.of(SHARED_STREAM, made)));
    }
    if (options.family() != Family.GPT) {
      entries.add(new Entry("head/bias", Roles.HEAD_BIAS, List.of(made)));
    }
  }

  private static void addBlock(List<Entry> entries, String block) {
    Axis made = Axis.out(HEADS, HEAD_SIZE);
    for (String projection : List.of("query", "key", "value")) {
      dense(
          entries,
          block + "/attention/" + projection,
          "attention." + projection,
          SHARED_STREAM,
          made);
    }
    Axis contracted = Axis.in(HEADS, HEAD_SIZE);
    dense(entries, block + "/attention/output", "attention.output", contracted, STREAM);
    norm(entries, block + "/attention/norm", "attention.norm", STREAM);
    dense(entries, block + "/ffn/input", "ffn.input", SHARED_STREAM, Axis.out(FFN));
    dense(entries, block + "/ffn/output", "ffn.output", Axis.in(FFN), STREAM);
    norm(entries, block + "/ffn/norm", "ffn.norm", STREAM);
  }

  private static Entry table(String path, String role, String rows) {
    return new Entry(path, role, List.of(Axis.neither(rows), STREAM));
  }

  private static void dense(List<Entry> entries, String path, String role, Axis in, Axis out) {
    entries.add(new Entry(path + "/kernel", role + ".kernel", List.of(in, out)));
    entries.add(new Entry(path + "/bias", role + ".bias", List.of(out)));
  }

  private static void norm(List<Entry> entries, String path, String role, Axis axis) {
    entries.add(new Entry(path + "/scale", role + ".scale", List.of(axis)));
    entries.add(new Entry(path + "/offset", role + ".offset", List.of(axis)));
  }

  /** Returns the spec of the model that {@code options} describe. */
  static ModelSpec spec(FamilyOptions options) {
    List<Parameter> parameters = new ArrayList<>();
    List<Entry> entries = entries(options);
    List<Entry> inBlocks = entries.stream().filter(Entry::inBlocks).toList();
    for (Entry entry : entries) {
      if (!entry.inBlocks()) {
        parameters.add(parameter(entry, Parameter.OUTSIDE, options));
      } else if (entry.equals(inBlocks.get(0))) {
        for (int block = 0; block < options.sizes().blocks(); block++) {
          for (Entry member : inBlocks) {
            parameters.add(parameter(member, block, options));
          }
        }
      }
    }
    return new ModelSpec(
        options.family().id(),
        options.sizes().blocks(),
        options.sizes().dimensions(),
        parameters,
        options.attributes());
  }

  private static Parameter parameter(Entry entry, int block, FamilyOptions options) {
    List<Long> shape =
        entry.axes().stream().map(axis -> axis.size(options.sizes().dimensions())).toList();
    return new Parameter(
        entry.pattern(), block, entry.role(), options.dtype(), shape, entry.axes(), true);
  }
}
