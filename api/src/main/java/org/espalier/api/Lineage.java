package org.espalier.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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

  /**
   * Returns the blocks of the model that the last {@code growths} growths added.
   *
   * @throws EspalierException if there are fewer
   */
  public Set<Integer> newBlocks(int growths) {
    if (growths < 0 || growths > this.growths.size()) {
      throw new EspalierException(
          "the last %d growths are asked for, but the model's lineage tells of %d"
              .formatted(growths, this.growths.size()));
    }
    Set<Integer> made = Set.of();
    for (Growth growth : this.growths.subList(this.growths.size() - growths, this.growths.size())) {
      Set<Integer> before = made;
      Set<Integer> next = new TreeSet<>(growth.newBlocks());
      for (int t = 0; !before.isEmpty() && t < growth.blocks().newBlocks(); t++) {
        if (growth.blocks().sources(t).stream().allMatch(s -> before.contains(s.index()))) {
          next.add(t);
        }
      }
      made = next;
    }
    return Collections.unmodifiableSet(made);
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
