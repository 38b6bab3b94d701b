package org.espalier.tf.bundle;

import com.google.protobuf.ByteString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.VersionDef;

/** The files of a bundle while it is written; temporary ones are gone once this is closed. */
final class BundleFiles implements AutoCloseable {
  private static final int PRODUCER = 1;

  private final Path prefix;
  private final Path temporaryData;
  private final Path temporaryIndex;
  private final List<PlacedContent> placed = new ArrayList<>();
  private FileChannel data;
  private DataFileWriter writer;

  /** Where written content starts in the data file, and the checksum its entries store. */
  private record Place(long offset, int crc) {}

  BundleFiles(Path prefix) {
    this.prefix = prefix;
    this.temporaryData = temporary(Shards.path(prefix, 0, 1));
    this.temporaryIndex = temporary(BundleIndex.path(prefix));
  }

  /** Refuses what the disk has no room for, before anything is written. */
  void requireSpace(long bytes) {
    // Unlike java.nio.file.FileStore this needs no mount table, which a chroot may lack; 0 is also
    // what it says where it does not know, and then writing tells.
    long free = prefix.toAbsolutePath().getParent().toFile().getUsableSpace();
    if (free > 0 && free < bytes) {
      throw new EspalierException(
          String.format(
              "Checkpoint %s takes %d bytes and %d are free; make room or choose another place",
              prefix, bytes, free));
    }
  }

  /** Starts threads that write what is appended. */
  void start(int threads, LongConsumer progress) throws IOException {
    data = create(temporaryData);
    writer = new DataFileWriter(data, threads, progress);
    writer.start();
  }

  /** Has a content written behind those before it. */
  void append(Content content) {
    PlacedContent last = placed.isEmpty() ? null : placed.get(placed.size() - 1);
    long offset = last == null ? 0 : Math.addExact(last.offset(), last.content().size());
    PlacedContent next = new PlacedContent(content, offset);
    placed.add(next);
    writer.append(next);
  }

  /** Waits for the data, writes the index, forces both to the disk and gives them their names. */
  void finish(Map<String, PlannedTensor> entries) throws IOException {
    writer.finish();
    Map<Content, Place> places = new HashMap<>();
    // Damaged sources show here, before time goes into forcing their bytes to the disk.
    placed.forEach(
        content -> places.put(content.content(), new Place(content.offset(), content.seal())));
    data.force(true);
    data.close();
    try (FileChannel index = create(temporaryIndex);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(index))) {
      writeIndex(out, entries, places);
      out.flush();
      index.force(true);
    }
    // The index comes last: readers look for it, and it names data that is already there.
    Files.move(temporaryData, Shards.path(prefix, 0, 1), StandardCopyOption.ATOMIC_MOVE);
    Files.move(temporaryIndex, BundleIndex.path(prefix), StandardCopyOption.ATOMIC_MOVE);
    forceDirectory();
  }

  private static void writeIndex(
      OutputStream out, Map<String, PlannedTensor> entries, Map<Content, Place> places)
      throws IOException {
    TreeMap<ByteString, ByteString> sorted =
        new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    BundleHeaderProto header =
        BundleHeaderProto.newBuilder()
            .setNumShards(1)
            .setVersion(VersionDef.newBuilder().setProducer(PRODUCER))
            .build();
    sorted.put(ByteString.EMPTY, header.toByteString());
    for (Map.Entry<String, PlannedTensor> named : entries.entrySet()) {
      PlannedTensor entry = named.getValue();
      Place place = places.get(entry.content());
      BundleEntryProto proto =
          BundleEntryProto.newBuilder()
              .setDtype(entry.dtype())
              .setShape(Shapes.proto(entry.shape()))
              .setOffset(place.offset())
              .setSize(entry.content().size())
              .setCrc32C(MaskedCrc.mask(place.crc()))
              .build();
      sorted.put(ByteString.copyFromUtf8(named.getKey()), proto.toByteString());
    }
    TableWriter table = new TableWriter(out);
    for (Map.Entry<ByteString, ByteString> entry : sorted.entrySet()) {
      table.put(entry.getKey(), entry.getValue());
    }
    table.finish();
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  private static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + ".partial");
  }

  /** Makes the renames durable, where the platform lets a directory be opened. */
  private void forceDirectory() {
    Path directory = prefix.toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no directories; there the rename is as durable as the file system makes it.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.stop();
      data.close();
    }
    Files.deleteIfExists(temporaryData);
    Files.deleteIfExists(temporaryIndex);
  }
}
