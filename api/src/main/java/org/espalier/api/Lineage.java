package org.espalier.api;

import java.util.ArrayList;
import java.util.List;

/**
 * How a model came to be: the growths behind it, oldest first.
 *
 * @param growths empty for a model that was never grown
 */
public record Lineage(List<Growth> growths) {
  /** Copies the list. */
  public Lineage {
    growths = List.copyOf(growths);
  }

  /** Returns the lineage of a model that was never grown. */
  public static Lineage empty() {
    return new Lineage(List.of());
  }

  /** Returns this lineage with one growth more. */
  public Lineage with(Growth growth) {
    List<Growth> all = new ArrayList<>(growths);
    all.add(growth);
    return new Lineage(all);
  }

  /** Returns this lineage as JSON; {@link #fromJson} makes an equal one of it. */
  public String toJson() {
    return JsonDocument.write(LineageJson.write(this));
  }

  /**
   * Returns the lineage that {@link #toJson} wrote.
   *
   * @throws EspalierException if the text is not the JSON of a lineage, of this version
   */
  public static Lineage fromJson(String json) {
    return JsonDocument.read("a lineage", json, LineageJson::read);
  }
}
