package org.espalier.api;

import java.util.Optional;

/**
 * One option of an operator, as a user may set it.
 *
 * @param name as written in a schedule or after {@code --set}, in snake case
 * @param type what it takes, in words, such as {@code integer} or {@code one of sum, mean}
 * @param defaultValue the value if it is left out; empty if there is none
 * @param required whether it must be given
 */
public record OptionDescription(
    String name, String type, Optional<String> defaultValue, boolean required) {}
