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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** Where written content starts in the data file, and the checksum its entries store. */
  private record Place(long offset, int crc) {}

  BundleFiles(Path prefix) {
    this.prefix = prefix;
    this.temporaryData = temporary(Shards.path(prefix, 0, 1));
    this.temporaryIndex = temporary(BundleIndex.path(prefix));
  }

  /** Refuses what the disk has no room for, before anything is written. */
  void requireSpace(long bytes) throws IOException {
    Path directory = prefix.toAbsolutePath().getParent();
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < bytes) {
      throw new EspalierException(
          String.format(
              "Checkpoint %s takes %d bytes and %d are free; make room or choose another place",
              prefix, bytes, free));
    }
  }

  /** Writes data, then index, forces both to the disk and gives them their names. */
  void write(List<PlannedEntry> entries, int threads, LongConsumer progress) throws IOException {
    Set<Content> contents = new LinkedHashSet<>();
    entries.forEach(entry -> contents.add(entry.content()));
    List<PlacedContent> placed = PlacedContent.layOut(contents);
    Map<Content, Place> places = new HashMap<>();
    try (FileChannel data = create(temporaryData)) {
      new DataFileWriter(data, placed, progress).run(threads);
      // Damaged sources show here, before time goes into forcing their bytes to the disk.
      placed.forEach(
          content -> places.put(content.content(), new Place(content.offset(), content.seal())));
      data.force(true);
    }
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
      OutputStream out, List<PlannedEntry> entries, Map<Content, Place> places) throws IOException {
    TreeMap<ByteString, ByteString> sorted =
        new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    BundleHeaderProto header =
        BundleHeaderProto.newBuilder()
            .setNumShards(1)
            .setVersion(VersionDef.newBuilder().setProducer(PRODUCER))
            .build();
    sorted.put(ByteString.EMPTY, header.toByteString());
    for (PlannedEntry entry : entries) {
      Place place = places.get(entry.content());
      BundleEntryProto proto =
          BundleEntryProto.newBuilder()
              .setDtype(entry.dtype())
              .setShape(Shapes.proto(entry.shape()))
              .setOffset(place.offset())
              .setSize(entry.content().size())
              .setCrc32C(MaskedCrc.mask(place.crc()))
              .build();
      sorted.put(ByteString.copyFromUtf8(entry.key()), proto.toByteString());
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
    Files.deleteIfExists(temporaryData);
    Files.deleteIfExists(temporaryIndex);
  }
}
