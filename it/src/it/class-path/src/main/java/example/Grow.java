package example;

import java.nio.file.Path;
import java.util.Map;
import org.espalier.api.GrowthPlan;
import org.espalier.api.ModelRequest;
import org.espalier.tf.Device;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.espalier.tf.Verification;

/** Builds a small model, stacks it and compares the stack with itself, as a user would. */
public final class Grow {
  private Grow() {}

  static Verification grow(Path directory) {
    Path small = directory.resolve("small");
    Path large = directory.resolve("large");
    Espalier.init(new ModelRequest("gpt", Map.of("preset", "tiny")), 7, small);
    try (Model model = Espalier.open(small)) {
      GrowthPlan plan = model.plan("stack", Map.of("factor", 2));
      model.grow(plan, large);
    }
    try (Model first = Espalier.open(large);
        Model again = Espalier.open(large)) {
      return first.compare(again, Device.CPU);
    }
  }
}
