package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the code that the README shows to the library and the command that it shows. */
@DisplayName("The README")
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
  private static final Pattern TYPE = Pattern.compile("(?m)^public (?:final )?class (\\w+)");
  private static final Pattern COMMAND = Pattern.compile("(?m)^(?:\\w+=\\S+ )?\\./espalier (.*)$");
  private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

  private static final String IMPORTS =
      """
      import com.google.auto.service.AutoService;
      import java.nio.file.Path;
      import java.util.Map;
      import org.espalier.api.*;
      import org.espalier.tf.*;
      import org.espalier.tf.data.TokenStore;
      """;

  @TempDir private Path directory;

  @Test
  @DisplayName("shows Java that compiles")
  void javaCompiles() throws IOException {
    List<String> blocks = blocks("java");
    assertThat(blocks).hasSizeGreaterThan(1);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = List.of("-proc:none", "-d", directory.toString(), "--release", "17");
    for (String block : blocks) {
      StringWriter messages = new StringWriter();
      boolean compiled =
          compiler.getTask(messages, null, null, options, null, List.of(unit(block))).call();
      assertThat(compiled).as("%s%n%s", messages, block).isTrue();
    }
  }

  @Test
  @DisplayName("shows commands and options that there are")
  void commandsAreThere() throws IOException, InterruptedException {
    Map<String, String> helps = new TreeMap<>();
    List<String> lines = blocks("sh").stream().flatMap(ReadmeTest::commands).toList();
    assertThat(lines).hasSizeGreaterThan(10);
    for (String line : lines) {
      String name = line.split(" ", 2)[0];
      if (!helps.containsKey(name)) {
        Launched help = Launched.espalier(name, "--help");
        assertThat(help.exit()).as(line).isZero();
        helps.put(name, help.out());
      }
      List<String> options = OPTION.matcher(line).results().map(MatchResult::group).toList();
      if (!options.isEmpty()) {
        assertThat(helps.get(name)).as(line).contains(options);
      }
    }
  }

  private static Stream<String> commands(String block) {
    return COMMAND.matcher(block).results().map(found -> found.group(1).replaceAll(" *#.*", ""));
  }

  private static List<String> blocks(String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(Root.resolve("README.md")))
        .results()
        .filter(found -> found.group(1).equals(language))
        .map(found -> found.group(2))
        .toList();
  }

  /** Statements go into a method that has the paths they name. */
  private static JavaFileObject unit(String block) {
    Matcher type = TYPE.matcher(block);
    boolean whole = type.find();
    String name = whole ? type.group(1) : "Snippet";
    String body =
        whole
            ? block
            : """
              class Snippet {
                void run(Path path, Path out, Path file, Path runDirectory) throws Exception {
              %s
                }
              }
              """
                .formatted(block);
    URI uri = URI.create("string:///" + name + JavaFileObject.Kind.SOURCE.extension);
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return IMPORTS + body;
      }
    };
  }
}
