package org.espalier.tf.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A {@code .npz} file for tests, array by array. */
public final class NumpyFile {
  private final Map<String, byte[]> arrays = new LinkedHashMap<>();

  /** Starts a file without arrays. */
  public NumpyFile() {}

  /** Adds an array: its type and shape as NumPy writes them, and its bytes. */
  public NumpyFile with(String name, String type, String shape, byte[] elements) {
    return with(
        name,
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape),
        elements);
  }

  /** Adds an array with a header. */
  NumpyFile with(String name, String header, byte[] elements) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes = ByteBuffer.allocate(10 + text.length + elements.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 1).put((byte) 0).putShort((short) text.length).put(text).put(elements);
    arrays.put(name, bytes.array());
    return this;
  }

  /** Writes the file and returns its path. */
  public Path write(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        zip.write(array.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }
}
