package org.espalier.api;

import com.google.common.collect.ImmutableSortedSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.function.Supplier;

/**
 * An operator that a registry found: what is known of it without creating it, and its plans.
 *
 * <p>Immutable and thread-safe.
 */
public final class RegisteredOperator {
  private final Class<?> type;
  private final Operator metadata;
  private final Set<Claim> claims;
  private final Provenance provenance;
  private final OptionsBinder<?> binder;
  private final Supplier<? extends GrowthOperator<?>> provider;

  RegisteredOperator(
      Class<?> type,
      Operator metadata,
      OptionsBinder<?> binder,
      Supplier<? extends GrowthOperator<?>> provider) {
    this.type = type;
    this.metadata = metadata;
    this.claims = ImmutableSortedSet.copyOf(Arrays.asList(metadata.claims()));
    this.provenance = Provenance.of(type);
    this.binder = binder;
    this.provider = provider;
  }

  /** Returns the id under which users ask for it. */
  public String id() {
    return metadata.id();
  }

  /** Returns what it does, in one line. */
  public String summary() {
    return metadata.summary();
  }

  /** Returns the SPI level it was compiled against. */
  public int spi() {
    return metadata.spi();
  }

  /** Returns what its plans may claim. */
  public Set<Claim> claims() {
    return claims;
  }

  /** Returns the name of its class. */
  public String implementation() {
    return type.getName();
  }

  /** Returns the version of its module or jar, or {@code unknown}. */
  public String version() {
    return provenance.version();
  }

  /** Returns the path of its jar or folder, or {@code unknown}. */
  public String location() {
    return provenance.location();
  }

  /** Returns its options, in the order in which it declares them. */
  public List<OptionDescription> options() {
    return binder.describe();
  }

  /**
   * Returns the options record that a request with these options carries.
   *
   * @param texts values by option name, as text
   * @throws EspalierException if an option is unknown, missing or wrong
   */
  public Record bind(Map<String, String> texts) {
    return binder.bind(texts);
  }

  /**
   * Returns how {@code model} is grown.
   *
   * @param options values by option name, as text
   * @param seed for random choices
   * @param lineage how the model came to be
   * @param references specs of further models, by name
   * @throws EspalierException if an option is wrong, the model cannot be grown so, the plan claims
   *     what the operator may not or what its maps contradict, or the operator fails
   */
  public GrowthPlan plan(
      ModelSpec model,
      Map<String, String> options,
      long seed,
      Lineage lineage,
      Map<String, ModelSpec> references) {
    return plan(model, options, seed, lineage, references, Map.of());
  }

  /**
   * Returns how {@code model}, which has masks, is grown; other arguments and errors as above.
   *
   * @param masks of the model, by parameter; an operator that knows nothing of masks takes them
   *     along with what it copies
   */
  public GrowthPlan plan(
      ModelSpec model,
      Map<String, String> options,
      long seed,
      Lineage lineage,
      Map<String, ModelSpec> references,
      Map<String, MaskSpec> masks) {
    return plan(binder, model, options, seed, lineage, references, masks);
  }

  private <O extends Record> GrowthPlan plan(
      OptionsBinder<O> typedBinder,
      ModelSpec model,
      Map<String, String> options,
      long seed,
      Lineage lineage,
      Map<String, ModelSpec> references,
      Map<String, MaskSpec> masks) {
    GrowthRequest<O> request =
        new GrowthRequest<>(model, typedBinder.bind(options), seed, lineage, references, masks);
    GrowthPlan plan;
    try {
      @SuppressWarnings("unchecked") // The binder is for the options that the class declares.
      GrowthOperator<O> operator = (GrowthOperator<O>) provider.get();
      plan = operator.plan(request);
    } catch (EspalierException e) {
      throw new EspalierException("operator '" + id() + "': " + e.getMessage(), e);
    } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
      throw new EspalierException(
          "operator '%s' of %s (%s) failed: %s"
              .formatted(id(), implementation(), location(), rootOf(e)),
          e);
    }
    check(plan, model);
    try {
      plan = plan.carrying(masks);
    } catch (EspalierException e) {
      throw new EspalierException("operator '" + id() + "': " + e.getMessage(), e);
    }
    return plan.madeBy(
        new Growth(
            id(), version(), options, seed, plan.blocks(), plan.newBlocks(), plan.widths(), ""));
  }

  private void check(GrowthPlan plan, ModelSpec model) {
    if (plan == null || !plan.from().equals(model)) {
      throw new EspalierException(
          "operator '%s' of %s returned %s"
              .formatted(
                  id(), implementation(), plan == null ? "no plan" : "a plan for another model"));
    }
    if (!claims.containsAll(plan.claims())) {
      throw new EspalierException(
          "operator '%s' made a plan that claims %s, but declares only %s"
              .formatted(id(), plan.claims(), claims));
    }
    try {
      plan.claims().forEach(claim -> ClaimCheck.of(plan, claim).refuseIfFalse());
    } catch (EspalierException e) {
      throw new EspalierException("operator '" + id() + "': " + e.getMessage(), e);
    }
  }

  private static Throwable rootOf(Throwable thrown) {
    return thrown instanceof ServiceConfigurationError && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  @Override
  public String toString() {
    return id() + " (" + implementation() + ", " + version() + ", " + location() + ")";
  }
}
