package org.espalier.tf.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the parts of a run stand.
 *
 * <pre>
 * run/schedule.yaml  run.json  metrics.jsonl  events.out.tfevents…  report.html
 *     stage-N/start/    the model the stage starts with, where growth or building made one
 *     stage-N/growth.json  what that growth made it of
 *     stage-N/slots/    the optimizer's slots after that growth, unless they were reset
 *     stage-N/trainer/  checkpoints
 *     stage-N/model/    the trained model; when it is there, the stage is done
 * </pre>
 *
 * @param path the run's folder
 */
public record RunDirectory(Path path) {
  /** Returns the schedule that the run follows. */
  public Path schedule() {
    return path.resolve("schedule.yaml");
  }

  Path facts() {
    return path.resolve("run.json");
  }

  Path stage(int number) {
    return path.resolve("stage-" + number);
  }

  /** Returns the trained model of a stage. */
  public Path model(int number) {
    return stage(number).resolve("model");
  }

  Path start(int number) {
    return stage(number).resolve("start");
  }

  Path sources(int number) {
    return stage(number).resolve("growth.json");
  }

  private Path slotFolder(int number) {
    return stage(number).resolve("slots");
  }

  /** The workplace of a growth; whatever a crash left there is worthless. */
  Path growing(int number) {
    return stage(number).resolve(".growing");
  }

  /** Puts the slots of a growth in their place. */
  void keepSlots(Path folder, int number) {
    AtomicDirectory.delete(slotFolder(number));
    AtomicDirectory.move(folder, slotFolder(number));
  }

  /** Prefix of the slots that growth made for a stage. */
  Optional<Path> slots(int number) {
    return Files.isDirectory(slotFolder(number))
        ? Optional.of(slotFolder(number).resolve(Checkpoint.PREFIX))
        : Optional.empty();
  }

  CheckpointStore checkpoints(int number) {
    return new CheckpointStore(stage(number).resolve("trainer"));
  }

  boolean isDone(int number) {
    return Files.isDirectory(model(number));
  }

  /** Removes what a crash left half-written. */
  void removeUnfinished(int stages) {
    AtomicDirectory.removeUnfinished(path);
    for (int number = 0; number <= stages; number++) {
      AtomicDirectory.removeUnfinished(stage(number));
      AtomicDirectory.delete(growing(number));
      checkpoints(number).removeUnfinished();
    }
  }
}
