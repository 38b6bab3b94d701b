package org.espalier.tf.data;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;

/** Reads images and labels of a TFRecord file of {@code tf.Example}. */
final class TfRecordImages {
  private static final List<String> IMAGE =
      List.of("image/encoded", "image", "image_raw", "pixel_values");
  private static final List<String> LABEL = List.of("image/class/label", "label");
  private static final List<String> SHAPE = List.of("image/shape", "shape");
  private static final List<List<String>> SIZES =
      List.of(
          List.of("image/height", "height"),
          List.of("image/width", "width"),
          List.of("image/depth", "depth", "image/channels", "channels"));

  private final Map<String, Feature> features;

  private TfRecordImages(Map<String, Feature> features) {
    this.features = features;
  }

  static void read(Path file, ImageWriter writer)
      throws IOException, MalformedImagesException, MalformedRecordsException {
    try (TfRecords records = TfRecords.open(file)) {
      for (byte[] record = records.next(); record != null; record = records.next()) {
        parse(record).addTo(writer);
      }
    }
  }

  private static TfRecordImages parse(byte[] record) throws MalformedImagesException {
    try {
      return new TfRecordImages(Example.parseFrom(record).getFeatures().getFeatureMap());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedImagesException("holds a record that is no tf.Example");
    }
  }

  private void addTo(ImageWriter writer) throws MalformedImagesException {
    long label = wholes(LABEL).stream().findFirst().orElseThrow(() -> lacking("label", LABEL));
    Feature image = find(IMAGE).orElseThrow(() -> lacking("image", IMAGE));
    if (image.getBytesList().getValueCount() == 1) {
      byte[] bytes = image.getBytesList().getValue(0).toByteArray();
      if (EncodedImage.isEncoded(bytes)) {
        EncodedImage decoded = EncodedImage.decode(bytes);
        writer.add(decoded.format(), ByteBuffer.wrap(decoded.elements()), label);
      } else {
        writer.add(shaped(bytes.length, true), ByteBuffer.wrap(bytes), label);
      }
    } else if (image.getFloatList().getValueCount() > 0) {
      int count = image.getFloatList().getValueCount();
      ByteBuffer floats = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      image.getFloatList().getValueList().forEach(floats::putFloat);
      writer.add(shaped(count, false), floats.flip(), label);
    } else {
      throw lacking("image", IMAGE);
    }
  }

  private ImageFormat shaped(int elements, boolean bytes) throws MalformedImagesException {
    List<Long> shape = wholes(SHAPE);
    if (shape.isEmpty()) {
      shape = new ArrayList<>();
      for (List<String> size : SIZES) {
        shape.addAll(wholes(size));
      }
    }
    ImageFormat format = ImageFormat.of(shape, bytes);
    if (format.elements() != elements) {
      throw new MalformedImagesException(
          "holds an image of %,d elements and the shape %s: give it as feature 'shape', or 'height', 'width' and 'depth'"
              .formatted(elements, shape));
    }
    return format;
  }

  private List<Long> wholes(List<String> names) {
    return find(names).map(feature -> feature.getInt64List().getValueList()).orElse(List.of());
  }

  private Optional<Feature> find(List<String> names) {
    return names.stream().filter(features::containsKey).findFirst().map(features::get);
  }

  private MalformedImagesException lacking(String what, List<String> names) {
    return new MalformedImagesException(
        "holds a record without %s: needed is one of %s, found are %s"
            .formatted(what, names, new TreeSet<>(features.keySet())));
  }
}
