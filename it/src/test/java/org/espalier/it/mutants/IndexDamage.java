package org.espalier.it.mutants;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.TensorShapeProto;

/** Changes what a checkpoint's index says; the index's own checksums are right. */
final class IndexDamage {
  private IndexDamage() {}

  static void change(Path index, Random random) throws IOException {
    Map<String, ByteString> entries = IndexTable.read(index);
    List<String> keys = new ArrayList<>(entries.keySet());
    String key = keys.get(random.nextInt(keys.size()));
    String other = keys.get(random.nextInt(keys.size()));
    ProtoChange[] changes = ProtoChange.values();
    switch (random.nextInt(6)) {
      case 0 -> entries.remove(key);
      case 1 -> {
        ByteString value = entries.get(key);
        entries.put(key, entries.get(other));
        entries.put(other, value);
      }
      case 2 -> {
        ProtoChange change = changes[random.nextInt(changes.length)];
        entries.put(
            "", change.apply(BundleHeaderProto.parseFrom(entries.get("")), random).toByteString());
      }
      case 3 -> {
        // A shape without elements may have an axis of any size.
        BundleEntryProto entry =
            BundleEntryProto.parseFrom(entries.get(key.isEmpty() ? other : key));
        long huge = ProtoChange.Numbers.any(random);
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setSize(huge);
        shape.addDimBuilder().setSize(random.nextBoolean() ? 0 : huge);
        entries.put(
            key.isEmpty() ? other : key,
            entry.toBuilder().setShape(shape).setSize(0).build().toByteString());
      }
      default -> {
        ProtoChange change = changes[random.nextInt(changes.length)];
        BundleEntryProto entry =
            BundleEntryProto.parseFrom(entries.get(key.isEmpty() ? other : key));
        entries.put(key.isEmpty() ? other : key, change.apply(entry, random).toByteString());
      }
    }
    IndexTable.write(index, Map.copyOf(entries));
  }
}
