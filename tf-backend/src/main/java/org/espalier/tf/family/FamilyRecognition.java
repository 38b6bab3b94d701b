package org.espalier.tf.family;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.savedmodel.SavedModelDirectory;

/**
 * Recognises models that our builder made, however many blocks they have by now, without the record
 * that Espalier leaves beside a model: Python loses it when it saves a model again.
 */
public final class FamilyRecognition {
  private FamilyRecognition() {}

  /**
   * Returns the spec of a model of one of our families.
   *
   * @param model the graph: it says how many heads there are, the activation and the norms' ε
   * @param parameters the model's variables; only names, types and shapes are used
   * @return empty when a parameter is missing, is left over or has another shape than the family
   *     would give it, or when the graph was not made by our builder
   */
  public static Optional<ModelSpec> recognise(
      SavedModelDirectory model, Collection<Parameter> parameters) {
    Map<String, Parameter> found = new TreeMap<>();
    parameters.forEach(parameter -> found.put(parameter.name(), parameter));
    Optional<FamilyTraits> traits = FamilyTraits.read(model.functions().values());
    if (traits.isEmpty()) {
      return Optional.empty();
    }
    for (Family family : Family.values()) {
      Optional<ModelSpec> spec =
          options(family, traits.get(), found)
              .map(FamilyLayout::spec)
              .filter(candidate -> agrees(candidate, found));
      if (spec.isPresent()) {
        return spec;
      }
    }
    return Optional.empty();
  }

  private static Optional<FamilyOptions> options(
      Family family, FamilyTraits traits, Map<String, Parameter> found) {
    String firstBlock = family.stack() + "/layer/0/";
    String table = family.takesImages() ? "embeddings/patch/kernel" : "embeddings/word/table";
    long attention = size(found, firstBlock + "attention/query/bias", 0);
    if (!found.containsKey(table) || attention == 0 || attention % traits.heads() != 0) {
      return Optional.empty();
    }
    int blocks = 0;
    while (found.containsKey(firstBlock.replace("/0/", "/" + blocks + "/") + "ffn/input/kernel")) {
      blocks++;
    }
    DType dtype = found.get(table).dtype();
    try {
      int positions = Math.toIntExact(size(found, "embeddings/position/table", 0));
      ModelSizes sizes =
          new ModelSizes(
              blocks,
              Math.toIntExact(size(found, "embeddings/position/table", 1)),
              traits.heads(),
              Math.toIntExact(attention / traits.heads()),
              Math.toIntExact(size(found, firstBlock + "ffn/input/bias", 0)),
              Math.toIntExact(size(found, "embeddings/word/table", 0)),
              positions,
              Math.toIntExact(size(found, "embeddings/type/table", 0)),
              family.takesImages() ? Optional.of(image(found, positions)) : Optional.empty());
      return Optional.of(
          new FamilyOptions(
              family,
              sizes,
              traits.activation(),
              dtype,
              traits.dropout(),
              traits.normEpsilon(),
              !found.containsKey("head/kernel"),
              found.containsKey("pooler/kernel")));
    } catch (EspalierException | ArithmeticException notOfThisFamily) {
      return Optional.empty();
    }
  }

  private static ImageSizes image(Map<String, Parameter> found, int positions) {
    return ImageSizes.ofPositions(
        positions,
        Math.toIntExact(size(found, "embeddings/patch/kernel", 0)),
        Math.toIntExact(size(found, "embeddings/patch/kernel", 2)),
        Math.toIntExact(size(found, "head/bias", 0)));
  }

  private static long size(Map<String, Parameter> found, String name, int axis) {
    Parameter parameter = found.get(name);
    boolean known = parameter != null && parameter.shape().size() > axis;
    return known ? parameter.shape().get(axis) : 0;
  }

  private static boolean agrees(ModelSpec spec, Map<String, Parameter> found) {
    return spec.parameters().size() == found.size()
        && spec.parameters().stream()
            .allMatch(
                parameter -> {
                  Parameter other = found.get(parameter.name());
                  return other != null
                      && other.shape().equals(parameter.shape())
                      && other.dtype() == parameter.dtype();
                });
  }
}
