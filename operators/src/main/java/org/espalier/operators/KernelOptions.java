package org.espalier.operators;

import java.util.Map;
import org.espalier.api.EspalierException;

/** Reads the options that a rule gives to a kernel. */
final class KernelOptions {
  private KernelOptions() {}

  static int count(String kernel, Map<String, String> options, String name) {
    String text = options.get(name);
    try {
      if (text != null && Integer.parseInt(text) >= 0) {
        return Integer.parseInt(text);
      }
    } catch (NumberFormatException e) {
      throw refused(kernel, name, text, e);
    }
    throw refused(kernel, name, text, null);
  }

  private static EspalierException refused(
      String kernel, String name, String text, NumberFormatException cause) {
    return new EspalierException(
        "kernel '%s': %s is %s, must be a whole number of at least 0".formatted(kernel, name, text),
        cause);
  }
}
