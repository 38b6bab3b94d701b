package org.espalier.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.api.GrowthOperator;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.RegisteredOperator;
import org.espalier.api.TensorKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {
  @Test
  void theOperatorsAreFound() {
    OperatorRegistry registry = OperatorRegistry.discover(getClass().getClassLoader());
    assertThat(registry.problems()).isEmpty();
    assertThat(registry.operators())
        .extracting(RegisteredOperator::id)
        .contains(
            "coalesce", "copy-top", "decoalesce", "interpolate", "sparse-reallocate", "stack");
  }

  /** The class path reads the one list, the module path the other. */
  @ParameterizedTest
  @ValueSource(classes = {GrowthOperator.class, TensorKernel.class})
  void bothListsAgree(Class<?> service) throws Exception {
    Path classes = Path.of(Stack.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> services =
        Files.readAllLines(
            classes.resolve("META-INF/services/" + service.getName()), StandardCharsets.UTF_8);
    try (InputStream descriptor = Files.newInputStream(classes.resolve("module-info.class"))) {
      List<ModuleDescriptor.Provides> provided =
          ModuleDescriptor.read(descriptor).provides().stream()
              .filter(provides -> provides.service().equals(service.getName()))
              .toList();
      assertThat(provided).hasSize(1);
      assertThat(provided.get(0).providers()).containsExactlyInAnyOrderElementsOf(services);
    }
  }
}
