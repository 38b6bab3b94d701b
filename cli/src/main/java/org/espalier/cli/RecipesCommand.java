package org.espalier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.api.Schedule;
import org.espalier.tf.Espalier;
import picocli.CommandLine.Command;

/** {@code espalier recipes}. */
@Command(name = "recipes", description = "Lists the schedules that come with Espalier.")
final class RecipesCommand extends Subcommand {
  RecipesCommand() {}

  @Override
  Answer answer() {
    Table table = new Table("recipe", "stages", "operators", "summary");
    List<Map<String, Object>> recipes = new ArrayList<>();
    for (String name : Espalier.recipes()) {
      Schedule recipe = Espalier.recipe(name);
      List<String> operators =
          recipe.stages().stream()
              .flatMap(stage -> stage.grow().stream())
              .map(step -> step.operator())
              .distinct()
              .toList();
      table.row(
          name,
          recipe.stages().size(),
          operators.stream().collect(Collectors.joining(", ")),
          recipe.summary());
      recipes.add(
          Json.object(
              "name",
              name,
              "summary",
              recipe.summary(),
              "family",
              recipe.model().family(),
              "stages",
              recipe.stages().stream().map(stage -> stage.name()).toList(),
              "operators",
              operators));
    }
    return Answer.of(Json.object("recipes", recipes), table.lines());
  }
}
