package org.espalier.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.espalier.api.GrowthOperator;
import org.espalier.api.TensorKernel;
import org.opentest4j.TestAbortedException;

/** What the jar, or the folder of classes, of an operator says of it. */
final class JarChecks {
  private static final String API = "org.espalier.api";

  private JarChecks() {}

  /** Looks into a jar or folder. */
  private interface Look {
    void at(Path root) throws IOException;
  }

  static void listsAgree(Subject subject) {
    look(
        subject,
        root -> {
          Optional<ModuleDescriptor> module = descriptor(root);
          for (Class<?> service : List.of(GrowthOperator.class, TensorKernel.class)) {
            Set<String> listed = listed(root, service);
            Set<String> provided = new TreeSet<>();
            module.stream()
                .flatMap(descriptor -> descriptor.provides().stream())
                .filter(provides -> provides.service().equals(service.getName()))
                .forEach(provides -> provided.addAll(provides.providers()));
            Broken.unless(
                module.isEmpty() || listed.equals(provided),
                "META-INF/services/%s lists %s and module-info %s",
                service.getName(),
                listed,
                provided);
          }
        });
  }

  static void optionsAreOpen(Subject subject) {
    Class<?> options = OptionsType.of(subject.type());
    look(
        subject,
        root -> {
          Optional<ModuleDescriptor> module = descriptor(root);
          Broken.unless(
              module.isEmpty() || isOpen(module.get(), options.getPackageName()),
              "module %s keeps %s to itself; add 'opens %2$s to org.espalier.api'",
              module.map(ModuleDescriptor::name).orElse(""),
              options.getPackageName());
        });
  }

  private static boolean isOpen(ModuleDescriptor module, String name) {
    return module.isOpen()
        || module.exports().stream()
            .anyMatch(
                e -> e.source().equals(name) && (!e.isQualified() || e.targets().contains(API)))
        || module.opens().stream()
            .anyMatch(
                o -> o.source().equals(name) && (!o.isQualified() || o.targets().contains(API)));
  }

  private static Optional<ModuleDescriptor> descriptor(Path root) throws IOException {
    Path file = root.resolve("module-info.class");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      return Optional.of(ModuleDescriptor.read(bytes));
    }
  }

  private static Set<String> listed(Path root, Class<?> service) throws IOException {
    Path file = root.resolve("META-INF/services/" + service.getName());
    Set<String> names = new TreeSet<>();
    if (Files.exists(file)) {
      try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
        lines
            .map(line -> line.replaceFirst("#.*", "").strip())
            .filter(line -> !line.isEmpty())
            .forEach(names::add);
      }
    }
    return names;
  }

  private static void look(Subject subject, Look look) {
    CodeSource source = subject.type().getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      throw new TestAbortedException("It is not known where the operator's class came from");
    }
    try {
      Path path = Path.of(source.getLocation().toURI());
      if (Files.isDirectory(path)) {
        look.at(path);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(path)) {
          look.at(jar.getPath("/"));
        }
      }
    } catch (IOException | URISyntaxException e) {
      throw new Broken(source.getLocation() + " cannot be read: " + e, e);
    }
  }
}
