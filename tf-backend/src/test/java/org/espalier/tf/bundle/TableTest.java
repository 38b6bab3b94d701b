package org.espalier.tf.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.espalier.api.EspalierException;
import org.iq80.snappy.Snappy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
  private static final Comparator<ByteString> BYTEWISE =
      ByteString.unsignedLexicographicalComparator();

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("table.index");
  }

  @Property(tries = 100)
  void givesBackWhatWasPut(@ForAll @Size(max = 60) Map<byte[], byte[]> entries) throws IOException {
    TreeMap<ByteString, ByteString> sorted = new TreeMap<>(BYTEWISE);
    entries.forEach((key, value) -> sorted.put(bytes(key), bytes(value)));
    Path temporary = Files.createTempFile("table", ".index");
    try {
      Files.write(temporary, table(sorted));

      assertThat(read(temporary)).containsExactlyEntriesOf(sorted);
    } finally {
      Files.delete(temporary);
    }
  }

  @Test
  void spansManyBlocks() throws IOException {
    TreeMap<ByteString, ByteString> sorted = new TreeMap<>(BYTEWISE);
    byte[] value = new byte[1000];
    for (int i = 0; i < 1500; i++) {
      new Random(i).nextBytes(value);
      sorted.put(ByteString.copyFromUtf8("layer/" + i + "/kernel"), bytes(value));
    }
    Files.write(file, table(sorted));

    assertThat(read(file)).containsExactlyEntriesOf(sorted);
  }

  @Test
  void readsSnappyBlocks() throws IOException {
    byte[] block = block(Map.of("key", "value".repeat(100)));
    Files.write(file, tableOf(TableReader.SNAPPY, Snappy.compress(block)));

    assertThat(read(file))
        .containsExactly(
            Map.entry(
                ByteString.copyFromUtf8("key"), ByteString.copyFromUtf8("value".repeat(100))));
  }

  @Test
  void refusesSnappyBlocksThatClaimTooMuch() throws IOException {
    byte[] claimsTwoGigabytes = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 0, 0};
    Files.write(file, tableOf(TableReader.SNAPPY, claimsTwoGigabytes));

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("claims to expand to 2147483647");
  }

  @Test
  void refusesKeysThatExpandWithoutEnd() throws IOException {
    BlockBuilder builder = new BlockBuilder(1 << 30);
    String prefix = "k".repeat(100_000);
    for (int i = 0; i < 1000; i++) {
      builder.add(ByteString.copyFromUtf8(prefix + (1000 + i)), ByteString.EMPTY);
    }
    Files.write(file, tableOf(TableReader.PLAIN, builder.finish()));

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("keys expand beyond 256 times the file");
  }

  @Test
  void refusesKeysOutOfOrder() throws IOException {
    LinkedHashMap<String, String> unsorted = new LinkedHashMap<>();
    unsorted.put("b", "1");
    unsorted.put("a", "2");
    Files.write(file, tableOf(TableReader.PLAIN, block(unsorted)));

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("keys are not in order");
  }

  @Test
  void findsEveryFlippedBitOrIsNotHurtByIt() throws IOException {
    TreeMap<ByteString, ByteString> sorted = new TreeMap<>(BYTEWISE);
    for (int i = 0; i < 20; i++) {
      sorted.put(ByteString.copyFromUtf8("k" + (char) ('a' + i)), ByteString.copyFromUtf8("" + i));
    }
    byte[] good = table(sorted);
    int found = 0;
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, bad);
      try {
        assertThat(read(file)).as("bit %d", bit).containsExactlyEntriesOf(sorted);
      } catch (EspalierException e) {
        assertThat(e).hasMessageContaining("table.index is damaged");
        found++;
      }
    }
    // What may go unnoticed is the empty metaindex, its handle and the footer's padding.
    assertThat(8 * good.length - found).isLessThan(8 * 50 + 1);
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] good = table(Map.of(ByteString.EMPTY, ByteString.copyFromUtf8("x")));
    for (int length = 0; length < good.length; length++) {
      Files.write(file, Arrays.copyOf(good, length));

      assertThatThrownBy(() -> read(file))
          .as("%d bytes", length)
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("table.index is damaged");
    }
  }

  private static Map<ByteString, ByteString> read(Path file) {
    Map<ByteString, ByteString> entries = new LinkedHashMap<>();
    TableReader.scan(file, entries::put);
    return entries;
  }

  private static byte[] table(Map<ByteString, ByteString> sorted) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TableWriter writer = new TableWriter(out);
    for (Map.Entry<ByteString, ByteString> entry : sorted.entrySet()) {
      writer.put(entry.getKey(), entry.getValue());
    }
    writer.finish();
    return out.toByteArray();
  }

  private static byte[] block(Map<String, String> entries) throws IOException {
    BlockBuilder builder = new BlockBuilder(16);
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      builder.add(
          ByteString.copyFromUtf8(entry.getKey()), ByteString.copyFromUtf8(entry.getValue()));
    }
    return builder.finish();
  }

  /** Returns a table of one data block, stored as given. */
  private static byte[] tableOf(byte compression, byte[] stored) throws IOException {
    BlockBuilder index = new BlockBuilder(1);
    index.add(ByteString.copyFromUtf8("z"), handle(0, stored.length));
    byte[] indexBlock = index.finish();
    int indexAt = stored.length + 5;
    ByteBuffer table =
        ByteBuffer.allocate(indexAt + indexBlock.length + 5 + 48).order(ByteOrder.LITTLE_ENDIAN);
    put(table, compression, stored);
    put(table, TableReader.PLAIN, indexBlock);
    handle(0, 0).concat(handle(indexAt, indexBlock.length)).copyTo(table);
    table.putLong(table.capacity() - 8, TableReader.MAGIC);
    return table.array();
  }

  private static void put(ByteBuffer table, byte compression, byte[] stored) {
    byte[] checked = Arrays.copyOf(stored, stored.length + 1);
    checked[stored.length] = compression;
    table.put(checked).putInt(MaskedCrc.mask(MaskedCrc.of(checked, 0, checked.length)));
  }

  private static ByteString handle(int offset, int size) throws IOException {
    ByteString.Output out = ByteString.newOutput();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.writeUInt32NoTag(offset);
    coded.writeUInt32NoTag(size);
    coded.flush();
    return out.toByteString();
  }

  private static ByteString bytes(byte[] bytes) {
    return ByteString.copyFrom(bytes);
  }
}
