package org.espalier.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.espalier.api.GrowthOperator;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.RegisteredOperator;
import org.junit.jupiter.api.Test;

class RegistrationTest {
  @Test
  void theOperatorsAreFound() {
    OperatorRegistry registry = OperatorRegistry.discover(getClass().getClassLoader());
    assertThat(registry.problems()).isEmpty();
    assertThat(registry.operators())
        .extracting(RegisteredOperator::id)
        .contains("coalesce", "copy-top", "decoalesce", "interpolate", "stack");
  }

  /** The class path reads the one list, the module path the other. */
  @Test
  void bothListsAgree() throws Exception {
    Path classes = Path.of(Stack.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> services =
        Files.readAllLines(
            classes.resolve("META-INF/services/" + GrowthOperator.class.getName()),
            StandardCharsets.UTF_8);
    try (InputStream descriptor = Files.newInputStream(classes.resolve("module-info.class"))) {
      Set<ModuleDescriptor.Provides> provides = ModuleDescriptor.read(descriptor).provides();
      assertThat(provides).hasSize(1);
      ModuleDescriptor.Provides operators = provides.iterator().next();
      assertThat(operators.service()).isEqualTo(GrowthOperator.class.getName());
      assertThat(operators.providers()).containsExactlyInAnyOrderElementsOf(services);
    }
  }
}
