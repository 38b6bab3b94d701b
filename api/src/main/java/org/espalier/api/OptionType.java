package org.espalier.api;

import com.google.common.base.Splitter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The type of an option: its name for people, how its text is read, and what it is when left out.
 *
 * @param description completes "must be …"
 * @param parse makes the value of its text; throws an {@link IllegalArgumentException} if it cannot
 * @param absent the value of an optional option that is left out; empty for types that are not
 *     optional
 */
record OptionType(String description, Function<String, Object> parse, Optional<Object> absent) {
  private static final Map<Type, OptionType> SIMPLE =
      Map.of(
          int.class, plain("an integer", Integer::valueOf),
          long.class, plain("an integer", Long::valueOf),
          double.class, plain("a number", OptionType::number),
          boolean.class, plain("true or false", OptionType::truth),
          String.class, plain("text", text -> text),
          OptionalInt.class,
              optional(
                  "an integer",
                  text -> OptionalInt.of(Integer.parseInt(text)),
                  OptionalInt.empty()),
          OptionalLong.class,
              optional(
                  "an integer",
                  text -> OptionalLong.of(Long.parseLong(text)),
                  OptionalLong.empty()),
          OptionalDouble.class,
              optional(
                  "a number", text -> OptionalDouble.of(number(text)), OptionalDouble.empty()));

  /** Returns the type of a component, or nothing if options cannot have that type. */
  static Optional<OptionType> of(RecordComponent component) {
    Type type = component.getGenericType();
    if (SIMPLE.containsKey(type)) {
      return Optional.of(SIMPLE.get(type));
    }
    if (type instanceof Class<?> raw && raw.isEnum()) {
      return Optional.of(enumeration(raw));
    }
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == Optional.class
          && generic.getActualTypeArguments()[0] == String.class) {
        return Optional.of(optional("text", Optional::of, Optional.empty()));
      }
      if (generic.getRawType() == List.class) {
        Type element = generic.getActualTypeArguments()[0];
        if (element == Integer.class) {
          return Optional.of(
              plain("integers separated by commas", text -> list(text, Integer::valueOf)));
        }
        if (element == String.class) {
          return Optional.of(plain("texts separated by commas", text -> list(text, item -> item)));
        }
      }
    }
    return Optional.empty();
  }

  private static OptionType plain(String description, Function<String, Object> parse) {
    return new OptionType(description, parse, Optional.empty());
  }

  private static OptionType optional(
      String description, Function<String, Object> parse, Object absent) {
    return new OptionType(description, parse, Optional.of(absent));
  }

  private static OptionType enumeration(Class<?> type) {
    List<?> constants = Arrays.asList(type.getEnumConstants());
    String names =
        String.join(
            ", ",
            constants.stream()
                .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                .toList());
    return plain(
        "one of " + names,
        text ->
            constants.stream()
                .filter(c -> ((Enum<?>) c).name().equalsIgnoreCase(text.replace('-', '_')))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(text)));
  }

  private static double number(String text) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static List<Object> list(String text, Function<String, Object> element) {
    String inner =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (inner.isBlank()) {
      return List.of();
    }
    return Splitter.on(',').trimResults().splitToStream(inner).map(element).toList();
  }
}
