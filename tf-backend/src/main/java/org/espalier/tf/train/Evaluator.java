package org.espalier.tf.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.api.Objective;
import org.espalier.api.Precision;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.data.CorpusSplit;
import org.tensorflow.Graph;
import org.tensorflow.Session;

/** Measures how well a model predicts what it was not trained on. */
public final class Evaluator {
  /**
   * A measurement.
   *
   * @param loss mean cross-entropy in nats of a predicted token or image
   * @param accuracy share of those whose logit is the largest
   * @param predictions how many were predicted
   */
  public record Measurement(double loss, double accuracy, long predictions) {}

  private Evaluator() {}

  /**
   * Measures a model on fixed examples with fixed masks.
   *
   * @param batches at most so many examples are taken, spread evenly over the held-out part of
   *     {@code corpus}
   * @throws EspalierException if the model cannot take the corpus
   */
  public static Measurement evaluate(
      TrainableModel model,
      CorpusSplit corpus,
      Objective objective,
      int batch,
      int sequence,
      int batches,
      DeviceSettings device) {
    DeviceCheck.require(device);
    StageData data = StageData.of(model, corpus, objective, batch, sequence);
    StageData.HeldOutExamples examples = data.heldOut(batches);
    GraphAssembly assembly =
        new GraphAssembly(model.variables(), data.shape(), StepForm.PLAIN, Precision.FULL);
    GraphAssembly.Body body = assembly.addInference(model.inference());
    data.checkClasses(body.classes());
    try (Graph graph = assembly.build()) {
      SessionVariables variables = new SessionVariables(graph);
      List<ModelVariable> used = assembly.usedVariables();
      used.forEach(
          v -> variables.add(v.name(), v, graph.operation(assembly.handle(v.name())).output(0)));
      try (Session session = new Session(graph, device.config())) {
        assign(model.directory(), used, variables, session);
        LossMean mean = new LossMean();
        for (int i = 0; i < examples.count(); i++) {
          try (Feeds feeds = Feeds.of(graph, body, examples.at(i))) {
            if (assembly.isRandom()) {
              feeds.addCounter(graph, 0, 0);
            }
            mean.add(session, feeds, body.loss());
          }
        }
        return new Measurement(mean.value(), mean.accuracy(), mean.rows());
      }
    }
  }

  private static void assign(
      Path model, List<ModelVariable> used, SessionVariables variables, Session session) {
    try (BundleReader reader = BundleReader.open(TrainerTensors.variables(model))) {
      Map<String, SessionVariables.Filler> fillers = new LinkedHashMap<>();
      for (ModelVariable variable : used) {
        String key = variable.keys().get(0);
        fillers.put(variable.name(), bytes -> reader.stream(key, bytes::put));
      }
      variables.assign(session, fillers);
    }
  }
}
