package org.espalier.testkit;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.api.Lineage;
import org.espalier.api.ModelSpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every growth operator must keep to; a test class that implements it inherits the tests.
 *
 * <pre>{@code
 * class StackTest implements OperatorContract {
 *   public GrowthOperator<?> operator() {
 *     return new Stack();
 *   }
 *
 *   public List<Map<String, String>> options() {
 *     return List.of(Map.of("factor", "2"), Map.of("blocks", "24"));
 *   }
 * }
 * }</pre>
 *
 * <p>Every option map is tried on every model. The operator may refuse models that it cannot grow,
 * but not all. A failure names the rule of docs/spi.md that is broken. A test is aborted where it
 * says nothing: because a rule below fails, or because the operator claims nothing.
 */
public interface OperatorContract {

  /** Returns a new instance of the operator, made by its constructor without parameters. */
  GrowthOperator<?> operator();

  /** Returns options that users may give, by name and as text: at least one map. */
  List<Map<String, String>> options();

  /** Returns the models to grow; those of all families unless overridden. */
  default List<ModelSpec> models() {
    return ModelSpecs.generated();
  }

  /** Returns the specs of the references that the operator takes, by name; none by default. */
  default Map<String, ModelSpec> references(ModelSpec model) {
    return Map.of();
  }

  /** Returns how a model came to be; never grown by default. */
  default Lineage lineage(ModelSpec model) {
    return Lineage.empty();
  }

  @Test
  @DisplayName("SPI rule 1: public, final, with a constructor without parameters")
  default void rule01IsAPublicFinalClass() {
    Rule.CLASS.check(this);
  }

  @Test
  @DisplayName("SPI rule 2: the constructor does nothing")
  default void rule02ConstructorDoesNothing() {
    Rule.CONSTRUCTOR.check(this);
  }

  @Test
  @DisplayName("SPI rule 3: no state")
  default void rule03HoldsNoState() {
    Rule.STATELESS.check(this);
  }

  @Test
  @DisplayName("SPI rule 4: the id is vendor:name")
  default void rule04IdFollowsTheGrammar() {
    Rule.ID.check(this);
  }

  @Test
  @DisplayName("SPI rule 5: the SPI level")
  default void rule05LevelIsOurs() {
    Rule.LEVEL.check(this);
  }

  @Test
  @DisplayName("SPI rule 6: a summary of one line")
  default void rule06SummaryIsALine() {
    Rule.SUMMARY.check(this);
  }

  @Test
  @DisplayName("SPI rule 7: options are a public record")
  default void rule07OptionsAreARecord() {
    Rule.OPTIONS_TYPE.check(this);
  }

  @Test
  @DisplayName("SPI rule 8: found by ServiceLoader")
  default void rule08IsRegistered() {
    Rule.REGISTERED.check(this);
  }

  @Test
  @DisplayName("SPI rule 9: options survive being written as text")
  default void rule09OptionsRoundTrip() {
    Rule.ROUND_TRIP.check(this);
  }

  @Test
  @DisplayName("SPI rule 10: bad options are refused by name")
  default void rule10BadOptionsAreNamed() {
    Rule.BAD_OPTIONS.check(this);
  }

  @Test
  @DisplayName("SPI rule 11: plans, or refuses in one line")
  default void rule11PlansOrRefuses() {
    Rule.PLANS.check(this);
  }

  @Test
  @DisplayName("SPI rule 12: the plan is for the model that was given")
  default void rule12PlansThisModel() {
    Rule.SAME_MODEL.check(this);
  }

  @Test
  @DisplayName("SPI rule 13: shapes and types as declared")
  default void rule13NextSpecFollows() {
    Rule.NEXT_SPEC.check(this);
  }

  @Test
  @DisplayName("SPI rule 14: deterministic for a seed")
  default void rule14IsDeterministic() {
    Rule.DETERMINISTIC.check(this);
  }

  @Test
  @DisplayName("SPI rule 15: thread-safe")
  default void rule15IsThreadSafe() {
    Rule.THREADS.check(this);
  }

  @Test
  @DisplayName("SPI rule 16: the plan survives JSON")
  default void rule16PlanSurvivesJson() {
    Rule.JSON.check(this);
  }

  @Test
  @DisplayName("SPI rule 17: kernels are registered")
  default void rule17KernelsAreRegistered() {
    Rule.KERNELS.check(this);
  }

  @Test
  @DisplayName("SPI rule 18: references exist")
  default void rule18ReferencesExist() {
    Rule.REFERENCES.check(this);
  }

  @Test
  @DisplayName("SPI rule 19: rules run in the reference executor")
  default void rule19Executes() {
    Rule.EXECUTES.check(this);
  }

  @Test
  @DisplayName("SPI rule 20: slot rules cover every parameter")
  default void rule20SlotsCoverAll() {
    Rule.SLOTS.check(this);
  }

  @Test
  @DisplayName("SPI rule 21: claims are declared")
  default void rule21ClaimsAreDeclared() {
    Rule.CLAIMS_DECLARED.check(this);
  }

  @Test
  @DisplayName("SPI rule 22: NᵀM = I where the function is preserved")
  default void rule22SharesUndoCopies() {
    Rule.SHARES.check(this);
  }

  @Test
  @DisplayName("SPI rule 23: whole heads where the function is preserved")
  default void rule23HeadsStayWhole() {
    Rule.WHOLE_HEADS.check(this);
  }

  @Test
  @DisplayName("SPI rule 24: the norms' statistics where the function is preserved")
  default void rule24NormsKeepStatistics() {
    Rule.NORM_STATISTICS.check(this);
  }

  @Test
  @DisplayName("SPI rule 25: equal logits where the function is preserved")
  default void rule25LogitsStay() {
    Rule.LOGITS.check(this);
  }

  @Test
  @DisplayName("SPI rule 26: equal logits of real models, with a backend on the test path")
  default void rule26LogitsOfRealModelsStay() {
    Rule.REAL_MODELS.check(this);
  }

  @Test
  @DisplayName("SPI rule 27: both lists of services agree")
  default void rule27ListsAgree() {
    Rule.LISTS_AGREE.check(this);
  }

  @Test
  @DisplayName("SPI rule 28: options are open to the API")
  default void rule28OptionsAreOpen() {
    Rule.OPENED.check(this);
  }

  @Test
  @DisplayName("SPI rule 31: masks as declared")
  default void rule31MasksAreAsDeclared() {
    Rule.MASK_KERNELS.check(this);
  }

  @Test
  @DisplayName("SPI rule 32: no mask of a sparse model is forgotten")
  default void rule32MasksAreKept() {
    Rule.MASKS_KEPT.check(this);
  }
}
