package org.espalier.api;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.CodeSource;

/**
 * Where a class came from.
 *
 * @param version version of its jar, or {@value #UNKNOWN}
 * @param location path of its jar or folder, or {@value #UNKNOWN}
 */
record Provenance(String version, String location) {
  static final String UNKNOWN = "unknown";

  static Provenance of(Class<?> type) {
    return new Provenance(versionOf(type), locationOf(type));
  }

  private static String versionOf(Class<?> type) {
    Module module = type.getModule();
    if (module.isNamed() && module.getDescriptor().rawVersion().isPresent()) {
      return module.getDescriptor().rawVersion().get();
    }
    String version = type.getPackage().getImplementationVersion();
    return version == null ? UNKNOWN : version;
  }

  private static String locationOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return UNKNOWN;
    }
    try {
      URI uri = source.getLocation().toURI();
      return "file".equals(uri.getScheme()) ? new File(uri).getPath() : uri.toString();
    } catch (URISyntaxException | IllegalArgumentException e) {
      // A location that is no legal URI is still good enough to show.
      return source.getLocation().toString();
    }
  }
}
