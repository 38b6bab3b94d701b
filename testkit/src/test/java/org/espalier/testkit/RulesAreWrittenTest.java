package org.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("docs/spi.md")
class RulesAreWrittenTest {
  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern TYPE = Pattern.compile("(?m)^(?:public final )?class (\\w+)");

  @TempDir private Path directory;

  @Test
  void numbersEveryRuleThatTheContractTries() throws IOException {
    for (Rule rule : Rule.values()) {
      assertThat(page()).contains("\n%d. <a id=\"rule-%1$d\"></a>".formatted(rule.number()));
    }
  }

  @Test
  void showsJavaThatCompiles() throws IOException {
    List<JavaFileObject> units =
        JAVA.matcher(page())
            .results()
            .map(block -> block.group(1))
            .filter(block -> !block.startsWith("module "))
            .map(RulesAreWrittenTest::unit)
            .toList();
    assertThat(units).hasSizeGreaterThan(5);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("-proc:none", "-d", directory.toString(), "--release", "17"),
                null,
                units)
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
  }

  private static String page() throws IOException {
    return Files.readString(Path.of(System.getProperty("espalier.root"), "docs", "spi.md"));
  }

  /** Statements go into a method that has what they speak of. */
  private static JavaFileObject unit(String block) {
    Matcher type = TYPE.matcher(block);
    boolean whole = type.find();
    String name = whole ? type.group(1) : "Snippet" + Integer.toHexString(block.hashCode());
    String body =
        whole
            ? block
            : """
            class %s {
              GrowthPlan plan(
                  GrowthRequest<?> request, ModelSpec model, int old, List<List<Integer>> groups) {
            %s
              }
            }
            """
                .formatted(
                    name, block.contains("int old =") ? block.replace("int old", "old") : block);
    String imports =
        """
        import java.util.*;
        import org.espalier.api.*;
        import org.espalier.testkit.*;
        """;
    URI uri = URI.create("string:///" + name + JavaFileObject.Kind.SOURCE.extension);
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return imports + body;
      }
    };
  }
}
