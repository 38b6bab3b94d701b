package org.espalier.tf.data;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;

/** The features of a {@code tf.Example}, each under one of the names it goes by. */
final class ExampleFeatures {
  private final Map<String, Feature> features;

  private ExampleFeatures(Map<String, Feature> features) {
    this.features = features;
  }

  static ExampleFeatures parse(byte[] record) throws MalformedRecordsException {
    try {
      return new ExampleFeatures(Example.parseFrom(record).getFeatures().getFeatureMap());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedRecordsException("is no tf.Example");
    }
  }

  /** The integers of a feature. */
  List<Long> wholes(String... names) throws MalformedRecordsException {
    Feature feature = find(names);
    if (feature.getKindCase() != Feature.KindCase.INT64_LIST) {
      throw wrongKind(feature, "integers", names);
    }
    return feature.getInt64List().getValueList();
  }

  /** The real numbers of a feature. */
  List<Float> reals(String... names) throws MalformedRecordsException {
    Feature feature = find(names);
    if (feature.getKindCase() != Feature.KindCase.FLOAT_LIST) {
      throw wrongKind(feature, "floats", names);
    }
    return feature.getFloatList().getValueList();
  }

  private Feature find(String... names) throws MalformedRecordsException {
    for (String name : names) {
      Feature feature = features.get(name);
      if (feature != null) {
        return feature;
      }
    }
    throw new MalformedRecordsException(
        "lacks the feature %s; it has %s"
            .formatted(String.join(" or ", names), new TreeSet<>(features.keySet())));
  }

  private static MalformedRecordsException wrongKind(
      Feature feature, String needed, String... names) {
    String found =
        switch (feature.getKindCase()) {
          case INT64_LIST -> "integers";
          case FLOAT_LIST -> "floats";
          case BYTES_LIST -> "bytes";
          case KIND_NOT_SET -> "nothing";
        };
    return new MalformedRecordsException(
        "has %s as feature %s, needed are %s".formatted(found, String.join(" or ", names), needed));
  }
}
