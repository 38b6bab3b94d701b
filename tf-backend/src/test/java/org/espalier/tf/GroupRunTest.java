package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Set;
import org.espalier.api.Parameter;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.train.Checkpoint;
import org.espalier.tf.train.ScheduleYaml;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A run that warms up again what growth added")
final class GroupRunTest {
  /** Of the blocks 0 1, then 0 1 1, then 0 1 1 0 1 1, the first two are old. */
  private static final String SCHEDULE =
      """
      name: groups
      model: {family: gpt, blocks: 2, residual: 16, heads: 2, vocabulary: 300, positions: 16}
      held_out: 0.2
      stages:
        - name: small
          train: {objective: clm, steps: 3, batch: 4, sequence: 16, learning_rate: 0.01,
                  optimizer: lamb, evaluation_batches: 1}
          grow:
            - {operator: copy-top, options: {add: 1}}
            - {operator: stack, options: {factor: 2}}
          slots: copy
        - name: large
          train: {objective: clm, steps: 2, batch: 4, accumulate: 2, sequence: 16,
                  learning_rate: 0.01, evaluation_batches: 1,
                  groups: [{include: [new], rewarm: 2}]}
      """;

  @TempDir private Path directory;

  @Test
  void countsTheStepsOfWhatIsNewFromZero() throws IOException {
    Path run = directory.resolve("run");
    try (TokenStore tokens = TokenStore.of(SampleText.write(directory))) {
      RunResult result = Espalier.run(ScheduleYaml.parse(SCHEDULE), tokens, run);
      assertThat(result.heldOutLoss()).isFinite();
    }
    Set<Integer> added = Set.of(2, 3, 4, 5);
    try (Model start = Espalier.open(run.resolve("stage-1/start"));
        BundleReader slots =
            BundleReader.open(run.resolve("stage-1/trainer/step-000000002/checkpoint"))) {
      assertThat(start.lineage().newBlocks(2)).isEqualTo(added);
      for (Parameter parameter : start.spec().parameters()) {
        boolean isNew = parameter.inBlocks() && added.contains(parameter.block());
        ByteBuffer updates = ByteBuffer.wrap(slots.readBytes(Checkpoint.step(parameter.name())));
        assertThat(updates.order(ByteOrder.LITTLE_ENDIAN).getLong())
            .as(parameter.name())
            .isEqualTo(isNew ? 2 : 3 + 2);
      }
    }
  }
}
