package org.espalier.tf.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A loss curve with few enough points to draw. */
final class Curve {
  private static final int MOST_POINTS = 1_500;

  private record Point(RunPosition at, double loss) {}

  private final List<Point> points;
  private final int eventsPerPoint;

  private Curve(List<Point> points, int eventsPerPoint) {
    this.points = points;
    this.eventsPerPoint = eventsPerPoint;
  }

  /** The means of as many neighbouring steps as needed; no mean crosses a stage's border. */
  static Curve ofTraining(List<TrainPoint> events) {
    int each = (events.size() + MOST_POINTS - 1) / MOST_POINTS;
    List<Point> means = new ArrayList<>();
    double sum = 0;
    int count = 0;
    for (int i = 0; i < events.size(); i++) {
      TrainPoint event = events.get(i);
      sum += event.loss();
      count++;
      boolean last = i + 1 == events.size() || events.get(i + 1).at().stage() != event.at().stage();
      if (count == each || last) {
        means.add(new Point(event.at(), sum / count));
        sum = 0;
        count = 0;
      }
    }
    return new Curve(means, Math.max(1, each));
  }

  /** Measurements as they are; where there are too many, one of several, and the last. */
  static Curve ofHeldOut(List<EvalPoint> events) {
    int each = Math.max(1, (events.size() + MOST_POINTS - 1) / MOST_POINTS);
    List<Point> some = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (i % each == 0 || i + 1 == events.size()) {
        some.add(new Point(events.get(i).at(), events.get(i).loss()));
      }
    }
    return new Curve(some, each);
  }

  int eventsPerPoint() {
    return eventsPerPoint;
  }

  /** One array per column; a loss that is not finite is null, which leaves a gap. */
  JsonObject toJson() {
    JsonArray steps = new JsonArray();
    JsonArray flops = new JsonArray();
    JsonArray seconds = new JsonArray();
    JsonArray losses = new JsonArray();
    for (Point point : points) {
      steps.add(point.at().step());
      flops.add(point.at().flops());
      seconds.add(round(point.at().seconds(), 1e3));
      losses.add(Double.isFinite(point.loss()) ? round(point.loss(), 1e5) : null);
    }
    JsonObject json = new JsonObject();
    json.add("steps", steps);
    json.add("flops", flops);
    json.add("seconds", seconds);
    json.add("loss", losses);
    return json;
  }

  private static Double round(double value, double parts) {
    return Math.rint(value * parts) / parts;
  }
}
