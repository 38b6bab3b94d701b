package org.espalier.tf.layout;

import com.google.common.io.Resources;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.EspalierException;

/**
 * The layouts of class loaders.
 *
 * <p>A jar lists its layouts in {@value #INDEX}, the path of a resource a line; what follows {@code
 * #} is a comment. Immutable.
 */
public final class Layouts {
  /** The resource that lists a jar's layouts. */
  public static final String INDEX = "META-INF/espalier/layouts";

  private final List<Layout> layouts;

  private Layouts(Collection<Layout> layouts) {
    this.layouts = List.copyOf(layouts);
  }

  /**
   * Reads the layouts that class loaders see; a layout replaces an earlier one of its name.
   *
   * @throws EspalierException if a layout is missing or malformed
   */
  public static Layouts discover(Collection<ClassLoader> loaders) {
    Map<String, Layout> found = new LinkedHashMap<>();
    try {
      for (ClassLoader loader : loaders) {
        for (URL index : Collections.list(loader.getResources(INDEX))) {
          for (Layout layout : listed(loader, index)) {
            found.put(layout.id(), layout);
          }
        }
      }
    } catch (IOException e) {
      throw new EspalierException("Cannot read layouts: " + e.getMessage(), e);
    }
    return new Layouts(found.values());
  }

  private static List<Layout> listed(ClassLoader loader, URL index) throws IOException {
    List<Layout> layouts = new ArrayList<>();
    for (String line : Resources.readLines(index, StandardCharsets.UTF_8)) {
      String path = line.replaceFirst("#.*", "").strip();
      if (path.isEmpty()) {
        continue;
      }
      URL file = loader.getResource(path);
      if (file == null) {
        throw new EspalierException(
            "%s lists the layout %s, which is not there; put it into the jar or out of the list"
                .formatted(index, path));
      }
      layouts.add(LayoutYaml.parse(path, Resources.toString(file, StandardCharsets.UTF_8)));
    }
    return layouts;
  }

  List<Layout> all() {
    return layouts;
  }
}
