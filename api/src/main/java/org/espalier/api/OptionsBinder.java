package org.espalier.api;

import com.google.common.base.CaseFormat;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes an options record of texts by name.
 *
 * <p>A component {@code residualShares} is set by {@code residual_shares}, {@code residual-shares}
 * or {@code residualShares}. Thread-safe.
 */
final class OptionsBinder<O extends Record> {
  private final String owner;
  private final Class<O> type;
  private final Constructor<O> constructor;

  /** A component with what is known of it. */
  private record Component(
      String javaName, String name, OptionType type, Optional<String> defaultValue) {
    boolean required() {
      return defaultValue.isEmpty() && type.absent().isEmpty();
    }
  }

  private final List<Component> components = new ArrayList<>();

  /**
   * Creates a binder for {@code type}.
   *
   * @param owner starts every message, such as {@code operator 'stack'}
   * @throws EspalierException if the record cannot be an options record
   */
  OptionsBinder(String owner, Class<O> type) {
    this.owner = owner;
    this.type = type;
    RecordComponent[] found = type.getRecordComponents();
    Class<?>[] parameters =
        Arrays.stream(found).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      constructor = type.getDeclaredConstructor(parameters);
    } catch (NoSuchMethodException e) {
      throw new EspalierException(owner + ": " + type.getName() + " is no complete record", e);
    }
    for (RecordComponent component : found) {
      OptionType optionType =
          OptionType.of(component)
              .orElseThrow(
                  () ->
                      new EspalierException(
                          "%s: option '%s' has the type %s, which options cannot have"
                              .formatted(
                                  owner,
                                  component.getName(),
                                  component.getGenericType().getTypeName())));
      Default given = component.getAnnotation(Default.class);
      components.add(
          new Component(
              component.getName(),
              snake(component.getName()),
              optionType,
              Optional.ofNullable(given).map(Default::value)));
    }
  }

  /** Returns the options in the order of the record. */
  List<OptionDescription> describe() {
    return components.stream()
        .map(
            c ->
                new OptionDescription(
                    c.name(), c.type().description(), c.defaultValue(), c.required()))
        .toList();
  }

  /**
   * Returns the record of {@code texts}.
   *
   * @throws EspalierException if an option is unknown, missing, given twice, or has a value that
   *     its type or the record does not allow
   */
  O bind(Map<String, String> texts) {
    Map<String, String> byName = byComponent(texts);
    List<Object> values = new ArrayList<>();
    for (Component component : components) {
      values.add(value(component, byName.get(component.name())));
    }
    return create(values);
  }

  private Map<String, String> byComponent(Map<String, String> texts) {
    Map<String, String> byName = new LinkedHashMap<>();
    new TreeMap<>(texts)
        .forEach(
            (given, text) -> {
              String name = snake(given);
              if (components.stream().noneMatch(c -> c.name().equals(name))) {
                throw unknown(given);
              }
              if (byName.put(name, text) != null) {
                throw new EspalierException(
                    owner + ": option '" + name + "' is given twice, in two spellings");
              }
            });
    return byName;
  }

  private EspalierException unknown(String given) {
    List<String> names = components.stream().map(Component::name).toList();
    return new EspalierException(
        "%s has no option '%s'%s; it takes %s"
            .formatted(
                owner,
                given,
                Suggestion.nearest(given, names)
                    .map(name -> " (did you mean '" + name + "'?)")
                    .orElse(""),
                names.isEmpty() ? "none" : String.join(", ", names)));
  }

  private Object value(Component component, String given) {
    String text = given == null ? component.defaultValue().orElse(null) : given.strip();
    if (text == null) {
      return component
          .type()
          .absent()
          .orElseThrow(
              () ->
                  new EspalierException(
                      "%s: option '%s' is missing, must be %s"
                          .formatted(owner, component.name(), component.type().description())));
    }
    try {
      return component.type().parse().apply(text);
    } catch (IllegalArgumentException e) {
      throw new EspalierException(
          "%s: %s is '%s', must be %s"
              .formatted(owner, component.name(), text, component.type().description()),
          e);
    }
  }

  private O create(List<Object> values) {
    try {
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException cause) {
        throw new EspalierException(owner + ": " + cause.getMessage(), cause);
      }
      throw new EspalierException(
          owner + " cannot take these options: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new EspalierException(
          "%s: its options %s cannot be created; make the record public and export or open its"
                  .formatted(owner, type.getName())
              + " package to org.espalier.api",
          e);
    }
  }

  private static String snake(String name) {
    String normal = name.replace('-', '_');
    return CaseFormat.LOWER_CAMEL.to(CaseFormat.LOWER_UNDERSCORE, normal);
  }
}
