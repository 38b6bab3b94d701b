package org.espalier.testkit;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.regex.Pattern;
import org.espalier.api.EspalierException;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.RegisteredOperator;
import org.espalier.api.Spi;

/** What can be seen of an operator without asking it for a plan. */
final class ClassChecks {
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]*:[a-z][a-z0-9-]*");
  private static final int LONGEST_SUMMARY = 100;
  private static final int INSTANCES = 20;
  private static final long MOST_MILLISECONDS = 50;

  private ClassChecks() {}

  static void isPublicAndFinal(Subject subject) {
    int modifiers = subject.type().getModifiers();
    Broken.unless(
        Modifier.isPublic(modifiers) && Modifier.isFinal(modifiers),
        "%s is '%s'",
        subject.type().getName(),
        Modifier.toString(modifiers));
    constructor(subject);
  }

  private static Constructor<?> constructor(Subject subject) {
    try {
      return subject.type().getConstructor();
    } catch (NoSuchMethodException e) {
      throw new Broken(subject.type().getName() + " has no such constructor", e);
    }
  }

  static void constructorDoesNothing(Subject subject) {
    Constructor<?> constructor = constructor(subject);
    long fastest = Long.MAX_VALUE;
    // The fastest counts: any one may wait for the machine.
    for (int i = 0; i < INSTANCES; i++) {
      long start = System.nanoTime();
      try {
        constructor.newInstance();
      } catch (ReflectiveOperationException e) {
        throw new Broken("it throws " + e.getCause(), e);
      }
      fastest = Math.min(fastest, System.nanoTime() - start);
      if (fastest < MOST_MILLISECONDS * 1_000_000) {
        return;
      }
    }
    throw new Broken("it takes %d ms".formatted(fastest / 1_000_000));
  }

  static void holdsNoState(Subject subject) {
    for (Class<?> type = subject.type(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        // Coverage tools add synthetic fields.
        boolean constant =
            Modifier.isStatic(field.getModifiers()) && Modifier.isFinal(field.getModifiers());
        Broken.unless(
            constant || field.isSynthetic(),
            "the field '%s' of %s is not static and final",
            field.getName(),
            type.getName());
      }
    }
  }

  static void idFollowsTheGrammar(Subject subject) {
    String id = subject.metadata().id();
    Optional<String> reason = refusal(subject);
    boolean refused = reason.filter(r -> r.contains("vendor")).isPresent();
    boolean own = subject.type().getPackageName().startsWith("org.espalier.operators");
    Broken.unless(!refused && (own || ID.matcher(id).matches()), "the id is '%s'", id);
  }

  static void levelIsOurs(Subject subject) {
    int level = subject.metadata().spi();
    Broken.unless(
        level == Spi.VERSION,
        "it is %d, and this is SPI %d; write spi = Spi.VERSION and compile against this API",
        level,
        Spi.VERSION);
  }

  static void summaryIsALine(Subject subject) {
    String summary = subject.metadata().summary();
    Broken.unless(
        !summary.isBlank() && summary.lines().count() == 1 && summary.length() <= LONGEST_SUMMARY,
        "it is '%s'",
        summary);
  }

  static void optionsAreARecord(Subject subject) {
    Optional<String> reason = refusal(subject);
    Broken.unless(reason.isEmpty(), "the registry says: %s", reason.orElse(""));
    Class<?> options = OptionsType.of(subject.type());
    Broken.unless(Modifier.isPublic(options.getModifiers()), "%s is not public", options.getName());
  }

  /** Returns why the registry does not take the operator, if it does not. */
  private static Optional<String> refusal(Subject subject) {
    try {
      OperatorRegistry.of(subject.operator());
      return Optional.empty();
    } catch (EspalierException e) {
      return Optional.of(e.getMessage());
    }
  }

  static void isRegistered(Subject subject) {
    String id = subject.metadata().id();
    OperatorRegistry registry = OperatorRegistry.discover(subject.type().getClassLoader());
    String implementation = subject.type().getName();
    boolean found =
        registry.operators().stream()
            .map(RegisteredOperator::implementation)
            .anyMatch(implementation::equals);
    Broken.unless(
        found,
        "nothing registers %s as '%s'; not loaded: %s",
        implementation,
        id,
        registry.problems());
  }
}
