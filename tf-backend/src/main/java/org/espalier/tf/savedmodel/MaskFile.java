package org.espalier.tf.savedmodel;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;

/**
 * The masks of a sparse model, a bit for each block, in a file beside it.
 *
 * <p>Little-endian: {@code ESPMASK1}, the number of masks (int32); for each, in the order of the
 * names, the length of its parameter's name (int32), the name (UTF-8), rows and columns (int64),
 * block and active blocks (int32), and its words (int64, see {@link Mask#words}); at last the
 * CRC-32C of all before (int32).
 */
public final class MaskFile {
  /** Where the file stands in a SavedModel directory. */
  public static final Path FILE = Path.of("assets.extra", "espalier", "masks.bin");

  private static final byte[] MAGIC = "ESPMASK1".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKSUM = 4;
  private static final int LONGEST_NAME = 1 << 16;
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private MaskFile() {}

  /**
   * Returns the masks of a model; none if it has no such file.
   *
   * @throws EspalierException if the file is damaged or does not fit the model
   */
  public static Map<String, Mask> ofModel(Path model, ModelSpec spec) {
    Path file = model.resolve(FILE);
    Map<String, Mask> masks = read(file);
    Map<String, Parameter> parameters = spec.parametersByName();
    masks.forEach(
        (name, mask) -> {
          Parameter parameter = parameters.get(name);
          if (parameter == null
              || !parameter.dtype().isFloating()
              || parameter.elements() != mask.spec().elements()) {
            throw new EspalierException(
                "%s does not describe this model: it has a mask of %d x %d for '%s', which %s; remove that file to have the model taken as dense"
                    .formatted(
                        file,
                        mask.spec().rows(),
                        mask.spec().columns(),
                        name,
                        parameter == null
                            ? "is no parameter"
                            : "is " + parameter.dtype() + " " + parameter.shape()));
          }
        });
    return masks;
  }

  /**
   * Returns the masks in a file, by parameter; none if there is no such file.
   *
   * @throws EspalierException if it is damaged
   */
  public static Map<String, Mask> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    try {
      if (Files.size(file) > LARGEST) {
        throw damaged(file, "it has " + Files.size(file) + " bytes", null);
      }
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length < MAGIC.length + Integer.BYTES + CHECKSUM) {
        throw damaged(file, "it has only " + bytes.length + " bytes", null);
      }
      ByteBuffer content =
          ByteBuffer.wrap(bytes, 0, bytes.length - CHECKSUM).order(ByteOrder.LITTLE_ENDIAN);
      int stored =
          ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - CHECKSUM);
      if (stored != checksum(bytes, bytes.length - CHECKSUM)) {
        throw damaged(file, "its checksum differs", null);
      }
      return masks(file, content);
    } catch (IOException e) {
      throw new EspalierException("Cannot read " + file + ": " + e.getMessage(), e);
    } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
      throw damaged(file, e.getMessage() == null ? "it ends too early" : e.getMessage(), e);
    }
  }

  private static Map<String, Mask> masks(Path file, ByteBuffer content) {
    byte[] magic = new byte[MAGIC.length];
    content.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw damaged(file, "it does not begin as a masks file does", null);
    }
    int count = content.getInt();
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      int length = content.getInt();
      if (length < 1 || length > Math.min(LONGEST_NAME, content.remaining())) {
        throw damaged(file, "a name has " + length + " bytes", null);
      }
      byte[] name = new byte[length];
      content.get(name);
      MaskSpec spec =
          new MaskSpec(content.getLong(), content.getLong(), content.getInt(), content.getInt());
      int words = (spec.blocks() + 63) >>> 6;
      if (words > content.remaining() / Long.BYTES) {
        throw damaged(file, "it ends within a mask", null);
      }
      long[] bits = new long[words];
      for (int word = 0; word < words; word++) {
        bits[word] = content.getLong();
      }
      String parameter = new String(name, StandardCharsets.UTF_8);
      if (masks.put(parameter, Mask.ofWords(spec, bits)) != null) {
        throw damaged(file, "it has two masks for '" + parameter + "'", null);
      }
    }
    if (count < 0 || content.hasRemaining()) {
      throw damaged(file, "it has more than its " + count + " masks", null);
    }
    return Collections.unmodifiableMap(masks);
  }

  /**
   * Writes masks, by parameter, into a file.
   *
   * @throws IOException if that fails
   */
  public static void write(Path file, Map<String, Mask> masks) throws IOException {
    long size = (long) MAGIC.length + Integer.BYTES + CHECKSUM;
    Map<String, Mask> sorted = new TreeMap<>(masks);
    for (Map.Entry<String, Mask> mask : sorted.entrySet()) {
      size += mask.getKey().getBytes(StandardCharsets.UTF_8).length + 28L;
      size += 8L * ((mask.getValue().spec().blocks() + 63) >>> 6);
    }
    if (size > LARGEST) {
      throw new EspalierException("The masks take " + size + " bytes, more than one file holds");
    }
    ByteBuffer content = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    content.put(MAGIC).putInt(sorted.size());
    sorted.forEach(
        (parameter, mask) -> {
          byte[] name = parameter.getBytes(StandardCharsets.UTF_8);
          MaskSpec spec = mask.spec();
          content.putInt(name.length).put(name).putLong(spec.rows()).putLong(spec.columns());
          content.putInt(spec.block()).putInt(spec.active());
          for (long word : mask.words()) {
            content.putLong(word);
          }
        });
    content.putInt(checksum(content.array(), content.position()));
    Files.createDirectories(file.getParent());
    Files.write(file, content.array());
  }

  private static int checksum(byte[] bytes, int length) {
    return Hashing.crc32c().hashBytes(bytes, 0, length).asInt();
  }

  private static EspalierException damaged(Path file, String how, Exception cause) {
    return new EspalierException(
        file + " is damaged (" + how + "); remove it to have the model taken as dense", cause);
  }
}
