package org.espalier.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.OptionDescription;
import org.espalier.api.RegisteredOperator;

/** How an operator takes its options. */
final class OptionChecks {
  /** What a user may write by mistake, for each kind of option. */
  private static final Map<String, List<String>> MISTAKES =
      Map.of(
          "an integer", List.of("-1", "0", "-2147483648"),
          "a number", List.of("-1", "0", "-1e30", "1e30"),
          "integers separated by commas", List.of("", "-1", "0,-2147483648"),
          "text", List.of("", "no such thing"),
          "texts separated by commas", List.of("", "no such thing,nor this"));

  private OptionChecks() {}

  static void roundTrip(Subject subject) {
    RegisteredOperator operator = subject.registered();
    for (Map<String, String> given : subject.contract().options()) {
      Record options = bind(operator, given);
      Map<String, String> written = OptionTexts.of(options);
      Record read;
      try {
        read = operator.bind(written);
      } catch (EspalierException e) {
        throw new Broken(
            "%s is written as %s and then: %s".formatted(options, written, e.getMessage()), e);
      }
      Broken.unless(
          read.equals(options), "%s is written as %s and read as %s", options, written, read);
    }
  }

  private static Record bind(RegisteredOperator operator, Map<String, String> given) {
    try {
      return operator.bind(given);
    } catch (EspalierException e) {
      throw new Broken("options() of the test gives %s: %s".formatted(given, e.getMessage()), e);
    }
  }

  static void badValuesAreNamed(Subject subject) {
    RegisteredOperator operator = subject.registered();
    ModelSpec model = subject.contract().models().get(0);
    for (Map<String, String> given : subject.contract().options()) {
      for (OptionDescription option : operator.options()) {
        for (String mistake : mistakes(option)) {
          Map<String, String> changed = new HashMap<>(given);
          changed.keySet().removeIf(name -> snake(name).equals(option.name()));
          changed.put(option.name(), mistake);
          accepted(operator, option.name(), changed)
              .ifPresent(options -> checkPlan(subject, subject.request(model, options)));
        }
      }
    }
  }

  private static List<String> mistakes(OptionDescription option) {
    return MISTAKES.getOrDefault(option.type(), List.of("no such thing"));
  }

  /** Returns the options if they are taken; otherwise checks how they are refused. */
  private static Optional<Map<String, String>> accepted(
      RegisteredOperator operator, String name, Map<String, String> options) {
    try {
      operator.bind(options);
      return Optional.of(options);
    } catch (EspalierException e) {
      String said = e.getMessage().replace("operator '" + operator.id() + "'", "");
      Broken.unless(
          snake(said).contains(name) && said.lines().count() == 1,
          "%s=%s is refused with: %s",
          name,
          options.get(name),
          e.getMessage());
      return Optional.empty();
    }
  }

  private static void checkPlan(Subject subject, GrowthRequest<Record> request) {
    try {
      subject.raw(request);
    } catch (EspalierException e) {
      // Rule 11 looks at how a plan is refused.
      return;
    } catch (RuntimeException | StackOverflowError e) {
      throw new Broken("%s are taken, and then: %s".formatted(request.options(), e), e);
    }
  }

  private static String snake(String text) {
    return text.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('-', '_').toLowerCase(Locale.ROOT);
  }
}
