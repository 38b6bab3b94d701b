package org.espalier.tf.train;

import com.google.common.io.Resources;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.espalier.api.EspalierException;
import org.espalier.api.Schedule;
import org.espalier.api.Suggestion;

/** The schedules that ship with Espalier. */
public final class Recipes {
  private static final List<String> NAMES =
      List.of(
          "combined",
          "dynamic-sparse",
          "dynamic-sparse-16",
          "mslt",
          "multi-level",
          "multi-level-3",
          "multi-level-gpt",
          "multi-level-vit",
          "stacking-bert",
          "stacking-gpt");

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
      String meant =
          Suggestion.nearest(name, NAMES).map(n -> " (did you mean '" + n + "'?)").orElse("");
      throw new EspalierException(
          "There is no recipe '%s'%s; choose one of %s, or give a schedule file"
              .formatted(name, meant, String.join(", ", NAMES)));
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
