package org.espalier.tf.layout;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.espalier.api.Axis;
import org.espalier.api.EspalierException;

/**
 * Axes as layouts write them: {@code IN residual}, {@code OUT heads*head_size + heads*head_size},
 * {@code vocabulary}, and {@code -} for one of fixed size.
 */
final class AxisText {
  private static final String FIXED = "-";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Splitter SUM = Splitter.on('+').trimResults();
  private static final Splitter PRODUCT = Splitter.on('*').trimResults();

  private AxisText() {}

  static Axis parse(String at, String text) {
    String rest = text.strip();
    if (rest.equals(FIXED)) {
      return Axis.opaque();
    }
    Axis.Side side = Axis.Side.NEITHER;
    for (Axis.Side candidate : List.of(Axis.Side.IN, Axis.Side.OUT)) {
      if (rest.startsWith(candidate + " ")) {
        side = candidate;
        rest = rest.substring(candidate.name().length()).strip();
      }
    }
    List<Axis.Segment> segments = new ArrayList<>();
    for (String segment : SUM.split(rest)) {
      List<String> dimensions = PRODUCT.splitToList(segment);
      if (!dimensions.stream().allMatch(name -> NAME.matcher(name).matches())) {
        throw new EspalierException(
            "%s is '%s', but an axis is '-', or dimensions such as 'OUT heads*head_size', with IN or OUT before them where the axis is contracted or made"
                .formatted(at, text));
      }
      segments.add(new Axis.Segment(dimensions));
    }
    return new Axis(side, segments);
  }
}
