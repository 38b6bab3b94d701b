package org.espalier.tf.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an array in NumPy's {@code .npy} format, versions 1 to 3 (numpy.lib.format).
 *
 * @param type element type as NumPy writes it, such as {@code <f4}
 * @param shape sizes of the array
 */
record NpyHeader(String type, List<Long> shape) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST = 1 << 16;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  /** Reads a header; the elements follow in the stream. */
  static NpyHeader read(String name, InputStream in) throws IOException, MalformedImagesException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2
        || !Arrays.equals(Arrays.copyOf(start, MAGIC.length), MAGIC)) {
      throw damaged(name);
    }
    int lengthBytes = start[MAGIC.length] == 1 ? Short.BYTES : Integer.BYTES;
    byte[] length = in.readNBytes(lengthBytes);
    if (length.length < lengthBytes) {
      throw damaged(name);
    }
    ByteBuffer size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN);
    int header = lengthBytes == Short.BYTES ? size.getShort() & 0xffff : size.getInt();
    if (header < 0 || header > LONGEST) {
      throw damaged(name);
    }
    return parse(name, new String(in.readNBytes(header), StandardCharsets.UTF_8));
  }

  private static NpyHeader parse(String name, String text) throws MalformedImagesException {
    Matcher type = TYPE.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!type.find() || !order.find() || !shape.find()) {
      throw new MalformedImagesException(
          "holds the array '%s' of a kind that is not read: save plain numbers".formatted(name));
    }
    List<Long> sizes = new ArrayList<>();
    for (String size : shape.group(1).split(",", -1)) {
      if (!size.isBlank()) {
        try {
          sizes.add(Long.parseLong(size.strip()));
        } catch (NumberFormatException e) {
          throw damaged(name);
        }
      }
    }
    if (order.group(1).equals("True") && sizes.size() > 1) {
      throw new MalformedImagesException(
          "holds the array '%s' in Fortran order: save numpy.ascontiguousarray of it"
              .formatted(name));
    }
    return new NpyHeader(type.group(1), List.copyOf(sizes));
  }

  private static MalformedImagesException damaged(String name) {
    return new MalformedImagesException(
        "holds '%s', which is no array or damaged: save it again with numpy.savez".formatted(name));
  }
}
