package org.espalier.testkit.gallery;

import java.util.List;
import java.util.function.Supplier;
import org.espalier.api.GrowthOperator;

/** All broken operators with the rule that each breaks. */
public final class Gallery {
  private Gallery() {}

  /**
   * A broken operator.
   *
   * @param rule the number of the rule that it breaks
   * @param name its class
   * @param operator creates it
   */
  public record Exhibit(int rule, String name, Supplier<GrowthOperator<?>> operator) {
    @Override
    public String toString() {
      return name + " breaks rule " + rule;
    }
  }

  /** Returns all of them. */
  public static List<Exhibit> exhibits() {
    return List.of(
        new Exhibit(1, "NotFinal", BrokenClasses.NotFinal::new),
        new Exhibit(1, "NotPublic", BrokenClasses.NotPublic::new),
        new Exhibit(1, "NeedsArgument", () -> new BrokenClasses.NeedsArgument("given")),
        new Exhibit(2, "SlowConstructor", Gallery::slow),
        new Exhibit(3, "CountsCalls", BrokenClasses.CountsCalls::new),
        new Exhibit(4, "UpperCaseId", BrokenClasses.UpperCaseId::new),
        new Exhibit(4, "NoVendor", BrokenClasses.NoVendor::new),
        new Exhibit(4, "OurVendor", BrokenClasses.OurVendor::new),
        new Exhibit(5, "OldLevel", BrokenClasses.OldLevel::new),
        new Exhibit(6, "NoSummary", BrokenClasses.NoSummary::new),
        new Exhibit(6, "LongSummary", BrokenClasses.LongSummary::new),
        new Exhibit(7, "FloatOption", BrokenOptions.FloatOption::new),
        new Exhibit(7, "HiddenOptions", BrokenOptions.HiddenOptions::new),
        new Exhibit(8, "NotRegistered", BrokenClasses.NotRegistered::new),
        new Exhibit(9, "DoublesOptions", BrokenOptions.DoublesOptions::new),
        new Exhibit(10, "UnnamedOption", BrokenOptions.UnnamedOption::new),
        new Exhibit(10, "CrashingOption", BrokenOptions.CrashingOption::new),
        new Exhibit(10, "UncheckedOption", BrokenOptions.UncheckedOption::new),
        new Exhibit(11, "ReturnsNull", BrokenPlans.ReturnsNull::new),
        new Exhibit(11, "DividesByBlocks", BrokenPlans.DividesByBlocks::new),
        new Exhibit(11, "RefusesInParagraphs", BrokenPlans.RefusesInParagraphs::new),
        new Exhibit(11, "RefusesAll", BrokenPlans.RefusesAll::new),
        new Exhibit(12, "PlansAnotherModel", BrokenPlans.PlansAnotherModel::new),
        new Exhibit(13, "ChangesType", BrokenPlans.ChangesType::new),
        new Exhibit(13, "DropsParameter", BrokenPlans.DropsParameter::new),
        new Exhibit(13, "ChangesActivation", BrokenPlans.ChangesActivation::new),
        new Exhibit(14, "SeedsFromCounter", BrokenPlans.SeedsFromCounter::new),
        new Exhibit(15, "OneAtATime", BrokenPlans.OneAtATime::new),
        new Exhibit(16, "NullKernelOption", BrokenPlans.NullKernelOption::new),
        new Exhibit(17, "MissingKernel", BrokenRules.MissingKernel::new),
        new Exhibit(17, "ForeignKernel", BrokenRules.ForeignKernel::new),
        new Exhibit(18, "StrangeReference", BrokenRules.StrangeReference::new),
        new Exhibit(18, "MissingParameter", BrokenRules.MissingParameter::new),
        new Exhibit(19, "Infinite", BrokenRules.Infinite::new),
        new Exhibit(19, "WrongKernel", BrokenRules.WrongKernel::new),
        new Exhibit(20, "HugeSlots", BrokenRules.HugeSlots::new),
        new Exhibit(21, "Undeclared", BrokenClaims.Undeclared::new),
        new Exhibit(21, "Unclaimed", BrokenClaims.Unclaimed::new),
        new Exhibit(22, "ForgetsToShare", BrokenClaims.ForgetsToShare::new),
        new Exhibit(23, "SplitsHeads", BrokenClaims.SplitsHeads::new),
        new Exhibit(23, "PartsQueriesAndKeys", BrokenClaims.PartsQueriesAndKeys::new),
        new Exhibit(24, "UnevenStream", BrokenClaims.UnevenStream::new),
        new Exhibit(24, "ChangesEpsilon", BrokenClaims.ChangesEpsilon::new),
        new Exhibit(25, "ClaimsToStack", BrokenClaims.ClaimsToStack::new),
        new Exhibit(25, "LeavesBiases", BrokenClaims.LeavesBiases::new),
        new Exhibit(25, "ForgetsTiedHead", BrokenClaims.ForgetsTiedHead::new),
        new Exhibit(17, "MissingMaskKernel", BrokenMasks.MissingMaskKernel::new),
        new Exhibit(31, "Miscounts", BrokenMasks.Miscounts::new),
        new Exhibit(31, "Wanders", BrokenMasks.Wanders::new),
        new Exhibit(32, "ForgetsMasks", BrokenMasks.ForgetsMasks::new),
        new Exhibit(32, "CrashesOnMasks", BrokenMasks.CrashesOnMasks::new));
  }

  private static GrowthOperator<?> slow() {
    try {
      return new BrokenClasses.SlowConstructor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
