package org.espalier.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Writes an options record as a user would write it. */
final class OptionTexts {
  private OptionTexts() {}

  static Map<String, String> of(Record options) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (RecordComponent component : options.getClass().getRecordComponents()) {
      text(value(options, component)).ifPresent(text -> texts.put(component.getName(), text));
    }
    return texts;
  }

  private static Object value(Record options, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(options);
    } catch (InvocationTargetException e) {
      throw new Broken(component.getName() + "() throws " + e.getCause(), e);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new Broken("the options record cannot be read: " + e.getMessage(), e);
    }
  }

  private static Optional<String> text(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(String::valueOf);
    } else if (value instanceof OptionalInt number) {
      return number.isPresent() ? Optional.of("" + number.getAsInt()) : Optional.empty();
    } else if (value instanceof OptionalLong number) {
      return number.isPresent() ? Optional.of("" + number.getAsLong()) : Optional.empty();
    } else if (value instanceof OptionalDouble number) {
      return number.isPresent() ? Optional.of("" + number.getAsDouble()) : Optional.empty();
    } else if (value instanceof List<?> list) {
      return Optional.of(
          list.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]")));
    } else if (value instanceof Enum<?> constant) {
      return Optional.of(constant.name().toLowerCase(Locale.ROOT));
    }
    return Optional.of(String.valueOf(value));
  }
}
