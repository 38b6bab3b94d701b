package org.espalier.tf.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What is drawn of the blocks of a model over steps: few enough points, and gaps at growths. */
final class BlockCurves {
  private static final int MOST_POINTS = 500;

  private final List<BlockPoint> points = new ArrayList<>();

  BlockCurves(List<BlockPoint> events) {
    int each = Math.max(1, (events.size() + MOST_POINTS - 1) / MOST_POINTS);
    for (int i = 0; i < events.size(); i++) {
      boolean border =
          i + 1 == events.size() || events.get(i + 1).at().stage() != events.get(i).at().stage();
      boolean first = i == 0 || events.get(i - 1).at().stage() != events.get(i).at().stage();
      if (i % each == 0 || border || first) {
        points.add(events.get(i));
      }
    }
  }

  /** The canvases, or nothing where there is nothing to draw. */
  String html() {
    boolean copies =
        points.stream()
            .anyMatch(
                point -> point.copyDistance().isPresent() || point.unitDistance().isPresent());
    boolean gradients = points.stream().anyMatch(point -> !point.gradientNorms().isEmpty());
    if (!copies && !gradients) {
      return "";
    }
    StringBuilder html = new StringBuilder();
    html.append("<section aria-labelledby=\"blocks\">\n<h2 id=\"blocks\">Blocks</h2>\n")
        .append("<div class=\"charts\">\n");
    if (copies) {
      figure(html, "copies", "Distance between copies over optimizer steps");
    }
    if (gradients) {
      figure(html, "gradients", "Gradient norm of each block over optimizer steps");
    }
    html.append("</div>\n<p class=\"note\">Measured when the held-out loss is.");
    if (copies) {
      html.append(
          " Distance of a copied block (green) or unit (violet) to the first copy of the same, 2‖a − b‖ / (‖a‖ + ‖b‖), mean over kernels and copies: 0 where copies are equal and learn the same, 1.41 where they have nothing in common.");
    }
    if (gradients) {
      html.append(
          " Gradients of the step before, not clipped; light is low, dark is high in the model.");
    }
    return html.append("</p>\n</section>\n\n").toString();
  }

  private static void figure(StringBuilder html, String name, String caption) {
    html.append(
        "<figure><figcaption>%s</figcaption><div><canvas data-blocks=\"%s\" role=\"img\" aria-label=\"%s\"></canvas></div></figure>%n"
            .formatted(caption, name, caption));
  }

  /** One array per column, a null between two stages; of gradients, an array for each block. */
  JsonObject toJson() {
    int blocks = points.stream().mapToInt(p -> p.gradientNorms().size()).max().orElse(0);
    JsonArray steps = new JsonArray();
    JsonArray copies = new JsonArray();
    JsonArray units = new JsonArray();
    List<JsonArray> gradients = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      gradients.add(new JsonArray());
    }
    for (int i = 0; i < points.size(); i++) {
      BlockPoint point = points.get(i);
      if (i > 0 && points.get(i - 1).at().stage() != point.at().stage()) {
        steps.add(point.at().step());
        copies.add((Double) null);
        units.add((Double) null);
        gradients.forEach(column -> column.add((Double) null));
      }
      steps.add(point.at().step());
      copies.add(rounded(point.copyDistance().orElse(Double.NaN)));
      units.add(rounded(point.unitDistance().orElse(Double.NaN)));
      for (int block = 0; block < blocks; block++) {
        List<Double> norms = point.gradientNorms();
        gradients.get(block).add(block < norms.size() ? rounded(norms.get(block)) : null);
      }
    }
    JsonArray columns = new JsonArray();
    gradients.forEach(columns::add);
    JsonObject json = new JsonObject();
    json.add("steps", steps);
    json.add("copies", copies);
    json.add("units", units);
    json.add("gradients", columns);
    return json;
  }

  /** Five digits are more than a chart shows; what is not finite leaves a gap. */
  private static Double rounded(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return Double.isFinite(value) ? value : null;
    }
    double parts = Math.pow(10, 5 - Math.ceil(Math.log10(Math.abs(value))));
    return Math.rint(value * parts) / parts;
  }
}
