package org.espalier.tf.layout;

import org.espalier.api.Parameter;

/**
 * A parameter by all its names.
 *
 * @param parameter the parameter, of unknown role
 * @param name the name that its exporter gave the variable
 * @param path the variable's path in the object graph
 */
public record LayoutParameter(Parameter parameter, String name, String path) {
  String label(Layout.Named named) {
    return named == Layout.Named.PATH ? path : name.replaceFirst(":[0-9]+$", "");
  }
}
