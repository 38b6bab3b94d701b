package org.espalier.tf.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.api.Mask;
import org.espalier.tf.savedmodel.MaskFile;

/** The masks of a model in training: here as bits, in the session as a bool an element. */
final class SessionMasks {
  private static final int CHUNK = 1 << 16;

  private final Trainer trainer;
  private Map<String, Mask> masks;

  SessionMasks(Trainer trainer, Map<String, Mask> masks) {
    this.trainer = trainer;
    this.masks = Map.copyOf(masks);
  }

  /** The masks by parameter, also of those that are not trained. */
  Map<String, Mask> all() {
    return masks;
  }

  /** Replaces the masks; the session takes them by {@link #fillers}. */
  void replace(Map<String, Mask> next) {
    masks = Map.copyOf(next);
  }

  /** Returns what gives the session its masks; a parameter that has none yet is used whole. */
  Map<String, SessionVariables.Filler> fillers() {
    Map<String, SessionVariables.Filler> fillers = new LinkedHashMap<>();
    for (ModelVariable variable : trainer.masked()) {
      Mask mask = masks.get(variable.name());
      fillers.put(TrainGraph.mask(variable.name()), bytes -> fill(mask, bytes));
    }
    requireForms(masks, "An operator of the stage leaves", "let it keep the mask's form");
    for (ModelVariable variable : trainer.byBlocks().keySet()) {
      Mask mask = masks.get(variable.name());
      fillers.put(TrainGraph.blocks(variable.name()), KernelBlocks.filler(mask));
    }
    return fillers;
  }

  /** Products by blocks are made for as many blocks as the model began the stage with. */
  private void requireForms(Map<String, Mask> given, String source, String remedy) {
    trainer
        .byBlocks()
        .forEach(
            (variable, spec) -> {
              Mask mask = given.get(variable.name());
              if (mask == null || !mask.spec().equals(spec)) {
                throw new EspalierException(
                    "%s %s for '%s', which trains with one of %s; %s"
                        .formatted(
                            source,
                            mask == null ? "no mask" : "a mask of " + mask.spec(),
                            variable.name(),
                            spec,
                            remedy));
              }
            });
  }

  private static void fill(Mask mask, TensorBytes bytes) {
    byte[] chunk = new byte[CHUNK];
    for (long at = 0; at < bytes.size(); at += CHUNK) {
      int count = (int) Math.min(CHUNK, bytes.size() - at);
      for (int i = 0; i < count; i++) {
        chunk[i] = (byte) (mask == null || mask.keeps(at + i) ? 1 : 0);
      }
      bytes.put(at, ByteBuffer.wrap(chunk, 0, count));
    }
  }

  /** Returns {@code filler}, which then refuses values that are not zero where the mask is. */
  SessionVariables.Filler requiringZeros(ModelVariable variable, SessionVariables.Filler filler) {
    Mask mask = masks.get(variable.name());
    return mask == null
        ? filler
        : bytes -> {
          filler.fill(bytes);
          requireZeros(variable, mask, bytes);
        };
  }

  private static void requireZeros(ModelVariable variable, Mask mask, TensorBytes bytes) {
    int size = (int) (bytes.size() / variable.elements());
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * size).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < variable.elements(); at += CHUNK) {
      int count = (int) Math.min(CHUNK, variable.elements() - at);
      bytes.get(at * size, chunk.clear().limit(count * size));
      for (int i = 0; i < count; i++) {
        double value = size == 4 ? chunk.getFloat(i * size) : chunk.getDouble(i * size);
        if (value != 0 && !mask.keeps(at + i)) {
          throw new EspalierException(
              ("The model's masks do not describe it: element %d of '%s' is %s where the mask has"
                      + " no weight; remove %s to train the model as a dense one")
                  .formatted(at + i, variable.name(), value, MaskFile.FILE));
        }
      }
    }
  }

  /** Writes the masks into a checkpoint's folder, if the session has any. */
  void save(Path folder) throws IOException {
    if (isSparse()) {
      MaskFile.write(folder.resolve(Checkpoint.MASKS_FILE), masks);
    }
  }

  /** Takes the masks of a checkpoint. */
  void restore(Path folder) {
    Path file = folder.resolve(Checkpoint.MASKS_FILE);
    if (isSparse() && !Files.isRegularFile(file)) {
      throw new EspalierException(
          "Checkpoint file %s is missing; remove its folder to go on from the one before"
              .formatted(file));
    }
    Map<String, Mask> stored = new HashMap<>(MaskFile.read(file));
    for (ModelVariable variable : trainer.masked()) {
      Mask mask = stored.get(variable.name());
      if (mask != null && mask.spec().elements() != variable.elements()) {
        throw new EspalierException(
            "Checkpoint file %s has a mask of %s for '%s' of shape %s; remove its folder to go on from the one before"
                .formatted(file, mask.spec(), variable.name(), variable.shape()));
      }
    }
    String source = "Checkpoint file " + file + " has";
    requireForms(stored, source, "remove its folder to go on from the one before");
    masks = Map.copyOf(stored);
  }

  private boolean isSparse() {
    return !masks.isEmpty() || !trainer.masked().isEmpty();
  }
}
