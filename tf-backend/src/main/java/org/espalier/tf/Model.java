package org.espalier.tf;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Maps;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.Lineage;
import org.espalier.api.Mask;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.RegisteredOperator;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.layout.Layouts;
import org.espalier.tf.savedmodel.BuiltGraph;
import org.espalier.tf.savedmodel.MaskFile;
import org.espalier.tf.savedmodel.ModelRecord;
import org.espalier.tf.savedmodel.SavedModelDirectory;

/**
 * An open SavedModel: what it is made of, and what can be made of it.
 *
 * <p>Opening reads the graph, not the weights, and loads no native library. The directory is never
 * written to. Not thread-safe. Close it to release its files.
 */
public final class Model implements AutoCloseable {
  private final OpenGraph graph;
  private final BundleReader weights;
  private final Recognition recognition;
  private final Optional<BuiltGraph> built;
  private final CompletableFuture<Optional<String>> fingerprint;
  private final Lineage lineage;
  private final Map<String, Mask> masks;
  private final OperatorRegistry operators;

  private Model(
      OpenGraph graph,
      BundleReader weights,
      Recognition recognition,
      Optional<BuiltGraph> built,
      CompletableFuture<Optional<String>> fingerprint,
      Lineage lineage,
      Map<String, Mask> masks,
      OperatorRegistry operators) {
    this.graph = graph;
    this.weights = weights;
    this.recognition = recognition;
    this.built = built;
    this.fingerprint = fingerprint;
    this.lineage = lineage;
    this.masks = masks;
    this.operators = operators;
  }

  static Model open(Path path, OperatorRegistry operators) {
    ModelFiles files = ModelFiles.read(path);
    Optional<ModelRecord> record = files.record();
    Optional<BuiltGraph> built = files.built();
    // What is known by its record need not be read; all else is, before the weights are looked at.
    Optional<SavedModelDirectory> read =
        built.isPresent() ? Optional.empty() : Optional.of(SavedModelDirectory.read(path));
    BundleReader weights = BundleReader.open(path.resolve(SavedModelDirectory.VARIABLES_PREFIX));
    try {
      built = built.filter(known -> BuiltModel.fits(record.orElseThrow().spec(), weights));
      OpenGraph graph =
          read.map(directory -> new OpenGraph(directory, weights))
              .orElseGet(() -> new OpenGraph(path, weights));
      Recognition recognition =
          built.isPresent()
              ? BuiltModel.recognition(record.orElseThrow().spec())
              : Recognition.of(graph.directory(), graph.keys(), record, () -> layouts(operators));
      return new Model(
          graph,
          weights,
          recognition,
          built,
          files.fingerprint(),
          record.map(ModelRecord::lineage).orElse(Lineage.empty()),
          MaskFile.ofModel(path, recognition.spec()),
          operators);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private static Layouts layouts(OperatorRegistry operators) {
    Set<ClassLoader> loaders = new LinkedHashSet<>();
    loaders.add(Model.class.getClassLoader());
    loaders.addAll(operators.loaders());
    return Layouts.discover(loaders);
  }

  /** Returns where the model stands. */
  public Path directory() {
    return graph.path();
  }

  /** Returns what the model is made of. */
  public ModelSpec spec() {
    return recognition.spec();
  }

  /** Returns the growths behind the model. */
  public Lineage lineage() {
    return lineage;
  }

  /** Returns the masks of a sparse model, by parameter; of a dense one none. */
  public Map<String, Mask> masks() {
    return masks;
  }

  /**
   * Returns what names this model's graph and weights: 64 hex digits.
   *
   * <p>It is the SHA-256 of {@code saved_model.pb}, of the checkpoint's index, which holds a
   * checksum of each tensor, and of the masks, if there are any.
   */
  public String fingerprint() {
    return fingerprint.join().orElseGet(() -> Fingerprint.of(directory()));
  }

  /** Returns the ways to call the model, by name. */
  public List<SignatureInfo> signatures() {
    return SignatureInfo.of(savedModel());
  }

  /** Returns what cannot be done with this model and why, a sentence each. */
  public List<String> limits() {
    return ImmutableList.copyOf(recognition.limits());
  }

  /**
   * Returns how an operator would grow this model, with seed 0.
   *
   * @param operator its id
   * @param options option values by name
   * @throws EspalierException if there is no such operator or it cannot grow this model so
   */
  public GrowthPlan plan(String operator, Map<String, ?> options) {
    return plan(operator, options, 0, Map.of());
  }

  /**
   * Returns how an operator would grow this model.
   *
   * @param operator its id
   * @param options option values by name
   * @param seed for random choices
   * @param references further models that the operator takes, by reference name
   * @throws EspalierException if there is no such operator or it cannot grow this model so
   */
  public GrowthPlan plan(
      String operator, Map<String, ?> options, long seed, Map<String, Model> references) {
    Map<String, String> texts = new TreeMap<>();
    options.forEach((name, value) -> texts.put(name, OptionText.of(value)));
    RegisteredOperator chosen = operators.find(operator);
    try {
      return plan(chosen, texts, seed, references);
    } catch (EspalierException e) {
      // An operator sees that there are no blocks, but not why.
      if (spec().blocks() > 0 || limits().isEmpty()) {
        throw e;
      }
      throw new EspalierException(e.getMessage() + ". " + String.join(". ", limits()), e);
    }
  }

  private GrowthPlan plan(
      RegisteredOperator operator,
      Map<String, String> texts,
      long seed,
      Map<String, Model> references) {
    return operator.plan(
        spec(),
        texts,
        seed,
        lineage,
        Maps.transformValues(references, Model::spec),
        Maps.transformValues(masks, Mask::spec));
  }

  /**
   * Carries out a plan that takes no references and writes the next model.
   *
   * @param out the directory to create
   * @throws EspalierException if the plan is not for this model, cannot be carried out, or {@code
   *     out} exists or lies in this model; nothing is left behind
   */
  public GrowthResult grow(GrowthPlan plan, Path out) {
    return grow(plan, Map.of(), out);
  }

  /**
   * Carries out a plan and writes the next model.
   *
   * @param references the models that the plan's rules name
   * @param out the directory to create
   * @throws EspalierException if the plan is not for this model, cannot be carried out, or {@code
   *     out} exists or lies in this model; nothing is left behind
   */
  public GrowthResult grow(GrowthPlan plan, Map<String, Model> references, Path out) {
    return new ModelGrowth(this, plan, references, Optional.empty(), operators.kernels())
        .write(out);
  }

  /**
   * Carries out a plan with the graph of a template: the way to another width for a model whose
   * graph Espalier did not build.
   *
   * @param references the models that the plan's rules name
   * @param template a model that Python exported at the sizes of the plan's next model; the result
   *     has its graph, signatures and assets, byte for byte, with the weights of the plan
   * @param out the directory to create
   * @throws EspalierException if the plan is not for this model, cannot be carried out, the
   *     template has other parameters, or {@code out} exists or lies in a model; nothing is left
   *     behind
   */
  public GrowthResult grow(
      GrowthPlan plan, Map<String, Model> references, Model template, Path out) {
    return new ModelGrowth(this, plan, references, Optional.of(template), operators.kernels())
        .write(out);
  }

  /**
   * Runs this model and another on the same seeded inputs; loads TensorFlow.
   *
   * @throws EspalierException if one of them has no {@code serving_default} that takes token ids
   */
  public Verification compare(Model other, Device device) {
    return new Comparison(device.config()).compare(this, other);
  }

  SavedModelDirectory savedModel() {
    return graph.directory();
  }

  /** Returns the mark of a graph that our builder made for the spec; empty for any other. */
  Optional<BuiltGraph> built() {
    return built;
  }

  BundleReader weights() {
    return weights;
  }

  Map<Integer, String> checkpointKeys() {
    return graph.keys();
  }

  Variables variables() {
    return recognition.variables();
  }

  /** Closes the model's files. */
  @Override
  public void close() {
    weights.close();
  }
}
