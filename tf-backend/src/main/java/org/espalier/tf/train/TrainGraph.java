package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.api.EspalierException;
import org.espalier.api.MaskSpec;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/** A graph that trains: forward, backward and update over one set of variables. Owns the graph. */
final class TrainGraph implements AutoCloseable {
  /** What the names of the backward pass's nodes start with. */
  static final String BACKWARD = "backward";

  private final Graph graph;
  private final GraphAssembly assembly;
  private final GraphAssembly.Body training;
  private final GraphAssembly.Body inference;
  private final List<ModelVariable> trained;
  private final Map<ModelVariable, MaskSpec> byBlocks = new LinkedHashMap<>();
  private final GradientMasks masks;
  private final Optional<GradientSums> sums;
  private final OptimizerNodes optimizer;
  private final SessionVariables variables;
  private final FlopCounter.Cost cost;
  private final Flops wholeKernels;

  /** The names under which {@link #variables} knows a parameter's moments. */
  static String firstMoment(String variable) {
    return "m/" + variable;
  }

  static String secondMoment(String variable) {
    return "v/" + variable;
  }

  static String mask(String variable) {
    return "mask/" + variable;
  }

  static String blocks(String variable) {
    return "blocks/" + variable;
  }

  static String value(String variable) {
    return "value/" + variable;
  }

  TrainGraph(TrainingTask task, StepForm form) {
    assembly = new GraphAssembly(task.variables(), task.shape(), form, task.precision());
    training = assembly.addTraining(task.training(), task.trained(), task.seed());
    inference = assembly.addInference(task.inference());
    trained = task.variables().stream().filter(v -> training.trained().contains(v.name())).toList();
    if (trained.isEmpty()) {
      throw new EspalierException(
          "The model's logits depend on none of the parameters that are to be trained");
    }
    List<TensorRef> gradients;
    BlockProducts products;
    Optional<Flops> whole;
    try (Graph differentiated = assembly.build()) {
      gradients = gradients(differentiated);
      GraphEdit edit = new GraphEdit(differentiated.toGraphDef());
      resolve(edit, form);
      whole =
          task.byBlocks().isEmpty() ? Optional.empty() : Optional.of(whole(task, edit, gradients));
      products = new BlockProducts(edit, differentiated);
      if (form != StepForm.PLAIN) {
        useBlocks(task, products, gradients);
      }
      graph = imported(edit);
    }
    try {
      Set<String> masked = new TreeSet<>(task.masked());
      masked.removeAll(products.masked());
      masks = new GradientMasks(graph, trained, masked);
      List<UpdateTarget> targets = targets(task, gradients);
      sums =
          task.parts() > 1
              ? Optional.of(new GradientSums(graph, targets, output(training.loss().weightSum())))
              : Optional.empty();
      optimizer =
          new OptimizerNodes(
              graph,
              task.optimizer(),
              sums.map(GradientSums::targets).orElse(targets),
              sums.map(GradientSums::factor));
      variables = places(products);
      String update = sums.map(GradientSums::add).orElse(optimizer.update()).name();
      cost = StepCost.of(graph, training, task.shape(), List.of(update)).times(task.parts());
      wholeKernels = whole.map(flops -> flops.times(task.parts())).orElse(cost.flops());
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  private Flops whole(TrainingTask task, GraphEdit edit, List<TensorRef> gradients) {
    try (Graph counted = imported(edit)) {
      List<String> backward = gradients.stream().map(TensorRef::node).toList();
      return StepCost.of(counted, training, task.shape(), backward).flops();
    }
  }

  private List<TensorRef> gradients(Graph differentiated) {
    Output<?>[] reads =
        trained.stream()
            .map(variable -> differentiated.operation(assembly.read(variable.name())).output(0))
            .toArray(Output<?>[]::new);
    Map<TensorRef, String> seeds = training.loss().gradients();
    Output<?>[] y =
        seeds.keySet().stream()
            .map(tensor -> differentiated.operation(tensor.node()).output(tensor.index()))
            .toArray(Output<?>[]::new);
    Output<?>[] dy =
        seeds.values().stream()
            .map(node -> differentiated.operation(node).output(0))
            .toArray(Output<?>[]::new);
    Output<?>[] gradients = differentiated.addGradients(BACKWARD, y, reads, dy);
    List<TensorRef> found = new ArrayList<>();
    for (int i = 0; i < gradients.length; i++) {
      if (gradients[i] == null || gradients[i].op() == null) {
        throw new EspalierException(
            ("Parameter '%s' has no gradient: every way from it to the logits is through an op"
                    + " that passes none; leave it out of the trainable set")
                .formatted(trained.get(i).name()));
      }
      found.add(new TensorRef(gradients[i].op().name(), gradients[i].index()));
    }
    return found;
  }

  private void resolve(GraphEdit edit, StepForm form) {
    Surrogates.resolve(edit, training.formulas(), form == StepForm.COMPILED);
    if (form != StepForm.PLAIN) {
      useFastProducts(edit);
    }
  }

  private void useBlocks(TrainingTask task, BlockProducts products, List<TensorRef> gradients) {
    for (ModelVariable variable : assembly.usedVariables()) {
      MaskSpec spec = task.byBlocks().get(variable.name());
      if (spec != null) {
        products.add(variable, assembly.read(variable.name()), spec);
      }
    }
    Map<String, TensorRef> byName = new HashMap<>();
    for (int i = 0; i < trained.size(); i++) {
      if (task.masked().contains(trained.get(i).name())) {
        byName.put(trained.get(i).name(), gradients.get(i));
      }
    }
    products.apply(byName);
  }

  private static Graph imported(GraphEdit edit) {
    Graph resolved = new Graph();
    try {
      GraphAssembly.importInto(resolved, edit.toGraphDef());
      return resolved;
    } catch (RuntimeException e) {
      resolved.close();
      throw e;
    }
  }

  /** BatchMatMulV3, which gradients are made of, has no oneDNN kernel; V2 is the same and has. */
  private static void useFastProducts(GraphEdit edit) {
    for (NodeDef.Builder node : edit.nodesOf(List.of("BatchMatMulV3"))) {
      AttrValue type = node.getAttrOrThrow("Ta");
      if (type.equals(node.getAttrOrThrow("Tb")) && type.equals(node.getAttrOrThrow("Tout"))) {
        node.setOp("BatchMatMulV2").removeAttr("Ta").removeAttr("Tb").removeAttr("Tout");
        node.putAttr("T", type);
      }
    }
  }

  private List<UpdateTarget> targets(TrainingTask task, List<TensorRef> gradients) {
    List<UpdateTarget> targets = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      ModelVariable variable = trained.get(i);
      TensorRef gradient = gradients.get(i);
      Output<?> value =
          masks.apply(variable, graph.operation(gradient.node()).output(gradient.index()));
      Output<?> handle = output(assembly.handle(variable.name()));
      boolean decayed = task.decayed().contains(variable.name());
      targets.add(new UpdateTarget(variable, handle, value, decayed));
    }
    return targets;
  }

  private SessionVariables places(BlockProducts products) {
    SessionVariables places = new SessionVariables(graph);
    for (ModelVariable variable : assembly.usedVariables()) {
      places.add(value(variable.name()), variable, output(assembly.handle(variable.name())));
    }
    for (int i = 0; i < trained.size(); i++) {
      ModelVariable variable = trained.get(i);
      UpdateRule.Slots slots = optimizer.slots().get(i);
      places.add(firstMoment(variable.name()), variable, slots.first());
      places.add(secondMoment(variable.name()), variable, slots.second());
    }
    masks
        .handles()
        .forEach((variable, handle) -> places.add(mask(variable.name()), variable, handle));
    for (SparseKernel kernel : products.used()) {
      ModelVariable held = KernelBlocks.variable(kernel.variable(), kernel.spec());
      places.add(blocks(held.name()), held, output(kernel.handle()));
      byBlocks.put(held, kernel.spec());
    }
    return places;
  }

  private Output<?> output(String node) {
    return graph.operation(node).output(0);
  }

  Graph graph() {
    return graph;
  }

  GraphAssembly.Body training() {
    return training;
  }

  GraphAssembly.Body inference() {
    return inference;
  }

  /** Where the gradients of parts are summed, if a step has several. */
  Optional<GradientSums> sums() {
    return sums;
  }

  OptimizerNodes optimizer() {
    return optimizer;
  }

  SessionVariables variables() {
    return variables;
  }

  /** The parameters that are updated, in the order of the optimizer's targets. */
  List<ModelVariable> trained() {
    return trained;
  }

  /** The updated parameters that have a mask. */
  List<ModelVariable> masked() {
    return List.copyOf(masks.handles().keySet());
  }

  /** The sparse parameters that products take by blocks, with the form of their masks. */
  Map<ModelVariable, MaskSpec> byBlocks() {
    return byBlocks;
  }

  /** The variables that the session holds, in the model's order. */
  List<ModelVariable> held() {
    return assembly.usedVariables();
  }

  boolean isRandom() {
    return assembly.isRandom();
  }

  /** Those of a step, all its parts together. */
  Flops flops() {
    return cost.flops();
  }

  /** Those of a step that multiplies the zeros of sparse kernels too. */
  Flops flopsOfWholeKernels() {
    return wholeKernels;
  }

  /** What the forward pass spends on products with a variable. */
  long products(String variable) {
    return cost.products().getOrDefault(assembly.read(variable), 0L);
  }

  @Override
  public void close() {
    graph.close();
  }
}
