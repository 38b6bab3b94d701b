package org.espalier.it.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.espalier.api.ModelRequest;
import org.espalier.api.Parameter;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.espalier.tf.savedmodel.MaskFile;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/** The small models that mutants are made from, each valid in another way. */
final class BaseModels {
  static final String PLAIN = "gpt";
  static final String IMAGES = "vit";

  /** Without Espalier's record, but recognised. */
  static final String RESAVED = "resaved-gpt";

  /** A look-up table, which TensorFlow fills from an asset when it loads the model. */
  static final String WITH_TABLE = "bert-table";

  static final String SPARSE = "sparse-gpt";

  /** Made elsewhere, as far as Espalier can tell: only its structure is known. */
  static final String STRANGER = "stranger-bert";

  static final List<String> NAMES = List.of(PLAIN, WITH_TABLE, STRANGER, IMAGES, SPARSE, RESAVED);
  static final List<String> WITH_RECORD = List.of(PLAIN, WITH_TABLE, IMAGES, SPARSE);

  /** A text to evaluate them on. */
  static final String TEXT = "text";

  static final int POSITIONS = 8;

  /** All bytes and a few special tokens. */
  private static final int VOCABULARY = 264;

  private BaseModels() {}

  /** Writes all of them below {@code folder}, by name. */
  static void write(Path folder) throws IOException {
    Files.writeString(folder.resolve(TEXT), "To grow a tree takes time. ".repeat(40));
    init("gpt", folder.resolve(PLAIN));
    init("vit", folder.resolve(IMAGES));
    SavedModelFiles plain = new SavedModelFiles(folder.resolve(PLAIN));
    Files.delete(plain.copy(folder.resolve(RESAVED)).record());
    addMasks(plain.copy(folder.resolve(SPARSE)));
    init("bert", folder.resolve(WITH_TABLE));
    SavedModelFiles bert = new SavedModelFiles(folder.resolve(WITH_TABLE));
    rename(bert.copy(folder.resolve(STRANGER)));
    WordTable.addTo(bert);
  }

  private static void init(String family, Path out) {
    Map<String, String> sizes = new TreeMap<>(Map.of("blocks", "2", "residual", "8", "heads", "2"));
    if (family.equals("vit")) {
      sizes.putAll(Map.of("image", "8", "patch", "4", "channels", "1", "classes", "3"));
    } else {
      sizes.putAll(
          Map.of(
              "vocabulary",
              Integer.toString(VOCABULARY),
              "positions",
              Integer.toString(POSITIONS)));
    }
    Espalier.init(new ModelRequest(family, sizes), 7, out);
  }

  private static void addMasks(SavedModelFiles files) throws IOException {
    Map<String, Mask> masks = new HashMap<>();
    try (Model model = Espalier.open(files.directory())) {
      for (Parameter parameter : model.spec().parameters()) {
        if (parameter.name().endsWith("ffn/input/kernel")) {
          long rows = parameter.shape().get(0);
          long columns = parameter.shape().get(1);
          // All in use: the weights that a mask forbids would have to be zero.
          masks.put(parameter.name(), Mask.of(new MaskSpec(rows, columns, 4, 0), block -> true));
        }
      }
    }
    MaskFile.write(files.masks(), masks);
  }

  /** Gives the embeddings a name that no family of ours has. */
  private static void rename(SavedModelFiles files) throws IOException {
    SavedModel.Builder proto = files.savedModel().toBuilder();
    SavedObjectGraph.Builder objects = proto.getMetaGraphsBuilder(0).getObjectGraphDefBuilder();
    TrackableObjectGraph.Builder trackables = files.checkpointGraph().toBuilder();
    objects.getNodesBuilder(0).getChildrenBuilderList().forEach(BaseModels::rename);
    trackables.getNodesBuilder(0).getChildrenBuilderList().forEach(BaseModels::rename);
    files.write(proto.build());
    files.write(trackables.build());
    Files.delete(files.record());
  }

  private static void rename(ObjectReference.Builder child) {
    if (child.getLocalName().equals("embeddings")) {
      child.setLocalName("words");
    }
  }
}
