package org.espalier.tf.train;

import com.google.common.io.Resources;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.espalier.api.EspalierException;
import org.espalier.api.Schedule;

/** The schedules that ship with Espalier. */
public final class Recipes {
  private static final List<String> NAMES = List.of("stacking-bert", "stacking-gpt");

  private Recipes() {}

  /** Returns the names of all recipes, sorted. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * Returns a recipe.
   *
   * @throws EspalierException if there is none of that name
   */
  public static Schedule load(String name) {
    if (!NAMES.contains(name)) {
      String nearest = Spelling.nearest(name, NAMES);
      throw new EspalierException(
          "There is no recipe '%s'%s; choose one of %s, or give a schedule file"
              .formatted(
                  name,
                  nearest.isEmpty() ? "" : " (did you mean '" + nearest + "'?)",
                  String.join(", ", NAMES)));
    }
    String file = "/org/espalier/tf/recipes/" + name + ".yaml";
    URL url = Recipes.class.getResource(file);
    if (url == null) {
      throw new EspalierException("This build of Espalier lacks " + file + "; build it again");
    }
    try {
      return ScheduleYaml.parse(Resources.toString(url, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new EspalierException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
