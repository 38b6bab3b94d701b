package org.espalier.tf.layout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.graph.ScalarConstants;
import org.tensorflow.proto.FunctionDef;

/** Recognises the parameters of a model by the layouts there are. */
public final class LayoutRecognition {
  private static final int MOST_NAMED = 3;

  /**
   * What a layout says of a model.
   *
   * @param spec the model with roles and axes where {@code gaps} is empty, and without otherwise
   * @param layout which layout it was
   * @param gaps why not all of the model is understood; empty if it is
   */
  public record Recognised(ModelSpec spec, String layout, List<String> gaps) {
    /** Copies the list. */
    public Recognised {
      gaps = List.copyOf(gaps);
    }
  }

  /** What a layout says of one parameter. */
  private record Assigned(LayoutParameter parameter, LayoutEntry entry) {}

  private final Layouts layouts;
  private final Collection<FunctionDef> functions;

  /** Prepares to recognise a model with the given functions. */
  public LayoutRecognition(Layouts layouts, Collection<FunctionDef> functions) {
    this.layouts = layouts;
    this.functions = List.copyOf(functions);
  }

  /**
   * Returns what the layout that knows most of the parameters says of them; empty when none knows
   * at least one in the blocks.
   *
   * @param blocks how many blocks the model has
   */
  public Optional<Recognised> recognise(List<LayoutParameter> parameters, int blocks) {
    return layouts.all().stream()
        .map(layout -> new Attempt(layout, parameters))
        .filter(Attempt::applies)
        .min(Comparator.comparingInt(attempt -> attempt.unknown.size()))
        .map(attempt -> attempt.result(blocks));
  }

  private final class Attempt {
    private final Layout layout;
    private final List<LayoutParameter> parameters;
    private final List<Assigned> assigned = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();

    Attempt(Layout layout, List<LayoutParameter> parameters) {
      this.layout = layout;
      this.parameters = parameters;
      for (LayoutParameter parameter : parameters) {
        Optional<LayoutEntry> entry = entry(parameter);
        entry.ifPresent(found -> assigned.add(new Assigned(parameter, found)));
        if (entry.isEmpty() && parameter.parameter().dtype().isFloating()) {
          unknown.add(parameter.label(layout.named()));
        }
      }
    }

    boolean applies() {
      Set<LayoutEntry> found = assigned.stream().map(Assigned::entry).collect(Collectors.toSet());
      return found.stream().anyMatch(LayoutEntry::inBlocks)
          && layout.entries().stream()
              .allMatch(entry -> !entry.required() || found.contains(entry));
    }

    private Optional<LayoutEntry> entry(LayoutParameter parameter) {
      for (LayoutEntry entry : layout.entries()) {
        OptionalInt block = entry.block(parameter.label(layout.named()));
        if (block.isPresent()
            && block.getAsInt() == parameter.parameter().block()
            && entry.axes().size() == parameter.parameter().shape().size()) {
          return Optional.of(entry);
        }
      }
      return Optional.empty();
    }

    Recognised result(int blocks) {
      if (!unknown.isEmpty()) {
        gaps.add(
            "layout %s does not know %s%s"
                .formatted(
                    layout.id(),
                    String.join(", ", unknown.subList(0, Math.min(MOST_NAMED, unknown.size()))),
                    unknown.size() > MOST_NAMED
                        ? " and %d more".formatted(unknown.size() - MOST_NAMED)
                        : ""));
      }
      Map<String, Integer> sizes = sizes();
      boolean whole = gaps.isEmpty();
      Map<Parameter, LayoutEntry> entries = new HashMap<>();
      assigned.forEach(a -> entries.put(a.parameter().parameter(), a.entry()));
      List<Parameter> all = new ArrayList<>();
      for (LayoutParameter given : parameters) {
        Parameter parameter = given.parameter();
        LayoutEntry entry = entries.get(parameter);
        all.add(entry == null ? parameter : withRole(parameter, entry, whole));
      }
      return new Recognised(
          new ModelSpec(layout.family(), blocks, whole ? sizes : Map.of(), all, attributes()),
          layout.id(),
          gaps);
    }

    /** Axes without sizes mean nothing, so a layout that does not fit gives roles alone. */
    private Parameter withRole(Parameter parameter, LayoutEntry entry, boolean whole) {
      return new Parameter(
          parameter.pattern(),
          parameter.block(),
          entry.role(),
          parameter.dtype(),
          parameter.shape(),
          whole ? entry.axes() : parameter.axes(),
          parameter.trainable());
    }

    private Map<String, Integer> sizes() {
      Map<String, Integer> known = new HashMap<>();
      layout
          .constants()
          .forEach(
              (dimension, name) -> {
                OptionalDouble value = constant(name);
                if (!dimension.equals(Layout.NORM_EPSILON) && value.orElse(0) >= 1) {
                  known.put(dimension, (int) value.getAsDouble());
                }
              });
      DimensionSolver solver = new DimensionSolver(known);
      for (Assigned a : assigned) {
        Parameter parameter = a.parameter().parameter();
        for (int i = 0; i < parameter.shape().size(); i++) {
          solver.add(a.entry().axes().get(i), parameter.shape().get(i), parameter.name());
        }
      }
      solver
          .solve()
          .ifPresent(
              contradiction ->
                  gaps.add("layout %s does not fit: %s".formatted(layout.id(), contradiction)));
      if (!solver.unsolved().isEmpty()) {
        gaps.add(
            "layout %s leaves the sizes of %s open"
                .formatted(layout.id(), String.join(", ", solver.unsolved())));
      }
      return solver.sizes();
    }

    private ModelAttributes attributes() {
      String epsilon = layout.constants().get(Layout.NORM_EPSILON);
      OptionalDouble value = epsilon == null ? OptionalDouble.empty() : constant(epsilon);
      return value.isPresent() && value.getAsDouble() > 0
          ? layout.attributes().withNormEpsilon(value.getAsDouble())
          : layout.attributes();
    }

    private OptionalDouble constant(String name) {
      return ScalarConstants.find(functions, LayoutEntry.of(name, "", List.of(), false).pattern());
    }
  }
}
