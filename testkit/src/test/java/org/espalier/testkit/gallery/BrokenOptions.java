package org.espalier.testkit.gallery;

import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.Operator;
import org.espalier.api.Spi;

/** What is wrong with how options are taken. */
public final class BrokenOptions {
  private BrokenOptions() {}

  /** Rule 7. */
  @Operator(id = "gallery:floats", spi = Spi.VERSION, summary = "Keep")
  public static final class FloatOption implements GrowthOperator<FloatOption.Options> {
    /** Of a type that options cannot have. */
    public record Options(float factor) {}

    @Override
    public GrowthPlan plan(GrowthRequest<FloatOption.Options> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 7. */
  @Operator(id = "gallery:hidden", spi = Spi.VERSION, summary = "Keep")
  public static final class HiddenOptions implements GrowthOperator<HiddenOptions.Options> {
    /** Not public. */
    record Options(int factor) {
      Options {
        if (factor < 1) {
          throw new IllegalArgumentException("factor is " + factor + ", must be at least 1");
        }
      }
    }

    @Override
    public GrowthPlan plan(GrowthRequest<HiddenOptions.Options> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 9. */
  @Operator(id = "gallery:doubles", spi = Spi.VERSION, summary = "Keep")
  public static final class DoublesOptions implements GrowthOperator<DoublesOptions.Options> {
    /** Is not what was given. */
    public record Options(int factor) {
      /** Changes the value. */
      public Options {
        if (factor < 1) {
          throw new IllegalArgumentException("factor is " + factor + ", must be at least 1");
        }
        factor *= 2;
      }
    }

    @Override
    public GrowthPlan plan(GrowthRequest<DoublesOptions.Options> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 10. */
  @Operator(id = "gallery:unnamed", spi = Spi.VERSION, summary = "Keep")
  public static final class UnnamedOption implements GrowthOperator<UnnamedOption.Options> {
    /** Refuses without saying what. */
    public record Options(int factor) {
      /** Checks the range. */
      public Options {
        if (factor < 1) {
          throw new IllegalArgumentException("must be positive");
        }
      }
    }

    @Override
    public GrowthPlan plan(GrowthRequest<UnnamedOption.Options> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 10. */
  @Operator(id = "gallery:crashes", spi = Spi.VERSION, summary = "Keep")
  public static final class CrashingOption implements GrowthOperator<CrashingOption.Options> {
    /** Divides by what was given. */
    public record Options(int factor) {
      /** Fails for 0. */
      public Options {
        if (12 / factor < 0) {
          throw new IllegalArgumentException("factor is " + factor + ", must be at least 1");
        }
      }
    }

    @Override
    public GrowthPlan plan(GrowthRequest<CrashingOption.Options> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 10. */
  @Operator(id = "gallery:trusting", spi = Spi.VERSION, summary = "Keep")
  public static final class UncheckedOption implements GrowthOperator<UncheckedOption.Options> {
    /** Takes everything. */
    public record Options(int factor) {}

    @Override
    public GrowthPlan plan(GrowthRequest<UncheckedOption.Options> request) {
      int blocks = request.model().blocks();
      if (blocks == 0) {
        return Sound.keep(request);
      }
      int count = blocks * request.options().factor();
      return GrowthPlan.from(request.model()).blocks(count, t -> t % blocks).build();
    }
  }
}
