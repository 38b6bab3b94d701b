package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.api.EspalierException;
import org.espalier.api.Precision;
import org.tensorflow.Graph;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Puts prepared bodies with their losses into one graph, over the same variables. */
final class GraphAssembly {
  private final List<ModelVariable> variables;
  private final VariableBinding binding;
  private final StepShape shape;
  private final StepForm form;
  private final Precision precision;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, FunctionDef> functions = new LinkedHashMap<>();

  /**
   * A body in the graph.
   *
   * @param inputs the placeholder of each input that is fed, by role
   * @param positions the placeholder of the numbers of the rows that logits are made of; empty
   *     where they are made of all
   * @param classes how many tokens or image classes they are about
   * @param loss the nodes of the loss
   * @param trained names of the trained variables that the logits depend on
   * @param formulas those that {@link Surrogates} stand in for
   */
  record Body(
      Map<InputRole, String> inputs,
      Optional<String> positions,
      long classes,
      LossNodes loss,
      Set<String> trained,
      List<Formula> formulas) {}

  GraphAssembly(
      List<ModelVariable> variables, StepShape shape, StepForm form, Precision precision) {
    this.form = form;
    this.precision = precision;
    this.variables = variables;
    this.binding = new VariableBinding(variables);
    this.shape = shape;
  }

  /** Adds the body that is trained. */
  Body addTraining(ForwardFunction function, Set<String> trained, long seed) {
    return add(function, "train/", OptionalLong.of(seed), trained);
  }

  /** Adds the body that is evaluated. */
  Body addInference(ForwardFunction function) {
    return add(function, "evaluate/", OptionalLong.empty(), Set.of());
  }

  private Body add(
      ForwardFunction function, String prefix, OptionalLong seed, Set<String> trained) {
    BodyPreparation.Prepared body =
        new BodyPreparation(binding, shape).prepare(function, prefix, seed);
    GraphEdit graph = body.graph();
    Set<String> reached = new TreeSet<>();
    LossNodes loss;
    long classes;
    List<Formula> formulas = List.of();
    if (form != StepForm.PLAIN && !trained.isEmpty()) {
      formulas = found(graph);
      Surrogates.insert(graph, formulas);
      List<String> roots = new ArrayList<>(List.of(body.logits().node()));
      formulas.forEach(formula -> roots.addAll(formula.extras()));
      graph.keepAncestorsOf(roots);
    }
    TensorRef tensor = body.logits();
    if (precision == Precision.MIXED_BFLOAT16 && !trained.isEmpty()) {
      MixedPrecision.Changed changed = mixed(graph, tensor, formulas);
      tensor = changed.logits();
      formulas = changed.formulas();
    }
    Optional<ChosenRows.Moved> chosen =
        shape.isMasked() ? chosen(graph, tensor, formulas, prefix) : Optional.empty();
    formulas = chosen.map(ChosenRows.Moved::formulas).orElse(formulas);
    try (Graph types = new Graph()) {
      importInto(types, graph);
      Logits logits =
          chosen.isPresent() ? Logits.ofChosenRows(types, tensor) : Logits.of(types, tensor, shape);
      classes = logits.classes();
      boolean indexed = HeadGradients.canIndex(shape.rows(), classes);
      Optional<LinearHead> head =
          form == StepForm.PLAIN || !indexed
              ? Optional.empty()
              : LinearHead.find(graph, types, logits);
      Set<String> reads =
          GradientPath.bound(graph, types, trained.stream().map(binding::read).toList());
      trained.stream().filter(v -> reads.contains(binding.read(v))).forEach(reached::add);
      loss =
          trained.isEmpty()
              ? LossNodes.forEvaluation(graph, prefix, logits)
              : LossNodes.forTraining(graph, prefix, logits, head);
    }
    graph.nodes().forEach(node -> nodes.put(node.getName(), node.build()));
    function
        .body()
        .getLibrary()
        .getFunctionList()
        .forEach(f -> functions.putIfAbsent(f.getSignature().getName(), f));
    return new Body(
        body.inputs(), chosen.map(ChosenRows.Moved::positions), classes, loss, reached, formulas);
  }

  private MixedPrecision.Changed mixed(GraphEdit graph, TensorRef tensor, List<Formula> formulas) {
    try (Graph types = new Graph()) {
      importInto(types, graph);
      return MixedPrecision.apply(graph, types, tensor, formulas);
    }
  }

  private Optional<ChosenRows.Moved> chosen(
      GraphEdit graph, TensorRef tensor, List<Formula> formulas, String prefix) {
    try (Graph types = new Graph()) {
      importInto(types, graph);
      Logits logits = Logits.of(types, tensor, shape);
      return ChosenRows.apply(graph, types, logits, formulas, prefix);
    }
  }

  private void importInto(Graph types, GraphEdit graph) {
    try {
      importInto(types, graph.toGraphDef());
    } catch (EspalierException e) {
      throw new EspalierException(
          shape.isImages()
              ? "%s (with images of shape %s; if the model takes others, bring the images to that size)"
                  .formatted(e.getMessage(), shape.input())
              : "%s (with sequences of %d tokens; if the model takes no more than fewer, ask for fewer)"
                  .formatted(e.getMessage(), shape.input().get(1)),
          e);
    }
  }

  private static List<Formula> found(GraphEdit graph) {
    List<Formula> formulas = new ArrayList<>(GeluFinder.find(graph));
    formulas.addAll(DropoutFinder.find(graph));
    return formulas;
  }

  /** Imports everything into a new graph, which the caller closes. */
  Graph build() {
    Graph graph = new Graph();
    try {
      GraphDef.Builder all = GraphDef.newBuilder().addAllNode(nodes.values());
      all.getLibraryBuilder().addAllFunction(functions.values());
      importInto(graph, all.build());
      return graph;
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** The variables that some body uses, in the model's order. */
  List<ModelVariable> usedVariables() {
    List<ModelVariable> used = new ArrayList<>(variables);
    used.removeIf(variable -> !nodes.containsKey(binding.handle(variable.name())));
    return used;
  }

  String handle(String variable) {
    return binding.handle(variable);
  }

  String read(String variable) {
    return binding.read(variable);
  }

  boolean isRandom() {
    return nodes.containsKey(StatelessRandom.COUNTER);
  }

  static void importInto(Graph graph, GraphDef nodes) {
    try {
      graph.importGraphDef(nodes);
    } catch (IllegalArgumentException | TensorFlowException e) {
      throw new EspalierException(
          "TensorFlow does not accept the model's forward function: " + Failure.firstLine(e), e);
    }
  }
}
