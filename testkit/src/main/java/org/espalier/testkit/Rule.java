package org.espalier.testkit;

import java.util.List;
import java.util.function.Consumer;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * The rules of docs/spi.md that an operator is held to, by number.
 *
 * <p>A rule is tried only where those it stands on hold, so that a broken operator fails the rule
 * that it breaks and no other.
 */
@SuppressWarnings("ImmutableEnumChecker") // Checks are method references, and lists are copied.
enum Rule {
  CLASS(
      1,
      "an operator is a public, final class with a public constructor without parameters",
      ClassChecks::isPublicAndFinal),
  CONSTRUCTOR(2, "its constructor does nothing", ClassChecks::constructorDoesNothing, CLASS),
  STATELESS(3, "it holds no state", ClassChecks::holdsNoState),
  ID(4, "its id is vendor:name, with a vendor of its own", ClassChecks::idFollowsTheGrammar),
  LEVEL(5, "its SPI level is Spi.VERSION", ClassChecks::levelIsOurs),
  SUMMARY(6, "its summary is one short line", ClassChecks::summaryIsALine),
  OPTIONS_TYPE(
      7,
      "its options are a public record of types that options can have",
      ClassChecks::optionsAreARecord,
      ID,
      LEVEL),
  REGISTERED(
      8,
      "ServiceLoader finds it",
      ClassChecks::isRegistered,
      CLASS,
      CONSTRUCTOR,
      ID,
      LEVEL,
      OPTIONS_TYPE),
  ROUND_TRIP(
      9,
      "options that are written as text and read again are equal",
      OptionChecks::roundTrip,
      ID,
      LEVEL,
      OPTIONS_TYPE),
  BAD_OPTIONS(
      10,
      "a bad value of an option is refused by the option's name",
      OptionChecks::badValuesAreNamed,
      ID,
      LEVEL,
      OPTIONS_TYPE),
  PLANS(
      11,
      "it returns a plan, or refuses with an EspalierException of one line",
      PlanChecks::plansOrRefuses,
      ID,
      LEVEL,
      OPTIONS_TYPE),
  SAME_MODEL(12, "its plan is for the model of the request", PlanChecks::isForThisModel, PLANS),
  NEXT_SPEC(
      13,
      "the next model has the same parameters, of shapes that follow from its dimensions",
      PlanChecks::nextSpecFollows,
      SAME_MODEL),
  DETERMINISTIC(14, "equal requests give equal plans", PlanChecks::isDeterministic, PLANS),
  THREADS(15, "it may be called from several threads", PlanChecks::isThreadSafe, DETERMINISTIC),
  JSON(16, "its plan can be written as JSON and read again", PlanChecks::survivesJson, PLANS),
  KERNELS(
      17,
      "the kernels it names are registered, and their ids have its vendor",
      ExecutionChecks::kernelsAreRegistered,
      PLANS),
  REFERENCES(
      18,
      "it takes from references only what the request offers",
      ExecutionChecks::referencesExist,
      PLANS),
  MASKS_KEPT(
      32,
      "a sparse model is refused, or no mask of it is forgotten",
      MaskChecks::masksAreKeptOrRefused,
      SAME_MODEL),
  MASK_KERNELS(
      31,
      "kernels of masks make the grid that the rule declares, the same each time",
      MaskChecks::kernelsMakeWhatIsDeclared,
      MASKS_KEPT,
      DETERMINISTIC,
      KERNELS),
  EXECUTES(
      19,
      "its rules run in the reference executor and make finite numbers",
      ExecutionChecks::executes,
      SAME_MODEL,
      KERNELS,
      MASK_KERNELS,
      REFERENCES),
  SLOTS(
      20,
      "slots of every policy that it does not refuse cover all parameters and run",
      ExecutionChecks::slotsCoverAll,
      EXECUTES,
      NEXT_SPEC),
  CLAIMS_DECLARED(
      21, "its plans claim what its annotation declares", ClaimChecks::claimsAreDeclared, PLANS),
  SHARES(
      22,
      "a plan that claims to preserve the function has maps with NᵀM = I",
      ClaimChecks::sharesUndoCopies,
      NEXT_SPEC),
  WHOLE_HEADS(
      23,
      "a plan that claims to preserve the function takes heads whole, queries as keys",
      ClaimChecks::headsStayWhole,
      NEXT_SPEC),
  NORM_STATISTICS(
      24,
      "a plan that claims to preserve the function keeps the norms' statistics",
      ClaimChecks::normsKeepStatistics,
      SHARES),
  LOGITS(
      25,
      "a plan that claims to preserve the function gives the same logits",
      ClaimChecks::logitsStay,
      EXECUTES,
      SHARES,
      WHOLE_HEADS,
      NORM_STATISTICS),
  REAL_MODELS(
      26,
      "what it claims holds on real models",
      RealModelChecks::logitsStay,
      LOGITS,
      CLAIMS_DECLARED),
  LISTS_AGREE(
      27,
      "META-INF/services and module-info list the same operators and kernels",
      JarChecks::listsAgree,
      CLASS,
      ID,
      LEVEL,
      OPTIONS_TYPE),
  OPENED(
      28,
      "the package of its options is exported, or opened to org.espalier.api",
      JarChecks::optionsAreOpen,
      OPTIONS_TYPE);

  private final int number;
  private final String sentence;
  private final Consumer<Subject> check;
  private final List<Rule> basis;

  Rule(int number, String sentence, Consumer<Subject> check, Rule... basis) {
    this.number = number;
    this.sentence = sentence;
    this.check = check;
    this.basis = List.of(basis);
  }

  int number() {
    return number;
  }

  /** Fails if {@code contract}'s operator breaks this rule; aborts where a rule below it fails. */
  void check(OperatorContract contract) {
    Subject subject = Subject.of(contract);
    for (Rule below : basis) {
      if (!below.holds(subject)) {
        throw new TestAbortedException(
            "SPI rule %d is tried once rule %d holds".formatted(number, below.number));
      }
    }
    try {
      check.accept(subject);
    } catch (Broken e) {
      throw new AssertionFailedError(message(e.getMessage()), e);
    }
  }

  private boolean holds(Subject subject) {
    return subject.remembered(this, () -> tried(subject));
  }

  private boolean tried(Subject subject) {
    if (!basis.stream().allMatch(below -> below.holds(subject))) {
      return false;
    }
    try {
      check.accept(subject);
      return true;
    } catch (Broken | TestAbortedException e) {
      return e instanceof TestAbortedException;
    }
  }

  private String message(String detail) {
    return "SPI rule %d: %s. Here %s (docs/spi.md, rule %1$d)"
        .formatted(number, sentence, detail.replace("\n", "\\n"));
  }
}
