package org.espalier.testkit.gallery;

import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.Operator;
import org.espalier.api.Spi;
import org.espalier.testkit.gallery.Sound.Factor;

/** What is wrong before a plan is asked for. */
public final class BrokenClasses {
  private BrokenClasses() {}

  /** Rule 1. */
  @Operator(id = "gallery:not-final", spi = Spi.VERSION, summary = "Keep")
  public static class NotFinal implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 1. */
  @Operator(id = "gallery:not-public", spi = Spi.VERSION, summary = "Keep")
  static final class NotPublic implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 1. */
  @Operator(id = "gallery:needs-argument", spi = Spi.VERSION, summary = "Keep")
  public static final class NeedsArgument implements GrowthOperator<Factor> {
    /** Creates it with what nobody gives. */
    public NeedsArgument(String argument) {
      if (argument.isEmpty()) {
        throw new IllegalArgumentException("empty");
      }
    }

    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 2. */
  @Operator(id = "gallery:slow-constructor", spi = Spi.VERSION, summary = "Keep")
  public static final class SlowConstructor implements GrowthOperator<Factor> {
    /** Waits. */
    public SlowConstructor() throws InterruptedException {
      Thread.sleep(60);
    }

    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 3. */
  @Operator(id = "gallery:counts-calls", spi = Spi.VERSION, summary = "Keep")
  public static final class CountsCalls implements GrowthOperator<Factor> {
    private int calls;

    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      calls++;
      if (calls < 0) {
        throw new IllegalStateException("called too often");
      }
      return Sound.keep(request);
    }
  }

  /** Rule 4. */
  @Operator(id = "Gallery:Upper", spi = Spi.VERSION, summary = "Keep")
  public static final class UpperCaseId implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 4. */
  @Operator(id = "magic", spi = Spi.VERSION, summary = "Keep")
  public static final class NoVendor implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 4. */
  @Operator(id = "espalier:magic", spi = Spi.VERSION, summary = "Keep")
  public static final class OurVendor implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 5. */
  @Operator(id = "gallery:old-level", spi = Spi.VERSION - 1, summary = "Keep")
  public static final class OldLevel implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 6. */
  @Operator(id = "gallery:silent", spi = Spi.VERSION, summary = " ")
  public static final class NoSummary implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 6. */
  @Operator(id = "gallery:talkative", spi = Spi.VERSION, summary = "Keep\nand say so")
  public static final class LongSummary implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 8. */
  @Operator(id = "gallery:not-registered", spi = Spi.VERSION, summary = "Keep")
  public static final class NotRegistered implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }
}
