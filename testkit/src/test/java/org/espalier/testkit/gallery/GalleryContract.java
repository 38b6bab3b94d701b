package org.espalier.testkit.gallery;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.espalier.api.DType;
import org.espalier.api.GrowthOperator;
import org.espalier.api.ModelSpec;
import org.espalier.testkit.ModelSizes;
import org.espalier.testkit.ModelSpecs;
import org.espalier.testkit.OperatorContract;

/** The contract of the operator that is being looked at. */
public final class GalleryContract implements OperatorContract {
  private static final AtomicReference<Supplier<GrowthOperator<?>>> CURRENT =
      new AtomicReference<>(Sound::new);

  /** Chooses the operator that the next run of this class looks at. */
  public static void lookAt(Supplier<GrowthOperator<?>> operator) {
    CURRENT.set(operator);
  }

  @Override
  public GrowthOperator<?> operator() {
    return CURRENT.get().get();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(Map.of("factor", "2"));
  }

  /** In float64, where large numbers stay finite. */
  @Override
  public List<ModelSpec> models() {
    ModelSizes sizes = ModelSizes.of(2, 3, 2, 5);
    return List.of(
        ModelSpecs.gpt(sizes, DType.FLOAT64),
        ModelSpecs.bert(sizes, DType.FLOAT64),
        ModelSpecs.vit(ModelSizes.of(1, 2, 2, 4), DType.FLOAT64));
  }

  @Override
  public Map<String, ModelSpec> references(ModelSpec model) {
    return Map.of("reference", model);
  }
}
