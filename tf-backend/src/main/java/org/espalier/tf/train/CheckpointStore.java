package org.espalier.tf.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The checkpoints of one stage: each whole or not there, the last two kept. */
final class CheckpointStore {
  private static final int KEPT = 2;

  private final Path directory;

  CheckpointStore(Path directory) {
    this.directory = directory;
  }

  /** Returns the newest checkpoint. */
  Optional<Checkpoint> latest() {
    List<Path> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(Checkpoint.read(all.get(all.size() - 1)));
  }

  /** Writes a checkpoint and removes those before the one before it. */
  Checkpoint save(TrainerState state, AtomicDirectory.Content tensors) {
    Path target = directory.resolve(String.format(Locale.ROOT, "step-%09d", state.stageStep()));
    AtomicDirectory.write(
        target,
        folder -> {
          tensors.write(folder);
          Checkpoint.writeState(folder, state);
        });
    List<Path> all = all();
    all.subList(0, Math.max(0, all.size() - KEPT)).forEach(AtomicDirectory::delete);
    return new Checkpoint(target, state);
  }

  void removeUnfinished() {
    AtomicDirectory.removeUnfinished(directory);
  }

  /** Oldest first; the names' digits sort as numbers do. */
  private List<Path> all() {
    return AtomicDirectory.children(directory).stream()
        .filter(path -> path.getFileName().toString().matches("step-\\d{9,}"))
        .toList();
  }
}
