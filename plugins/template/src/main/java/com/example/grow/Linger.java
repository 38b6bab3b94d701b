package com.example.grow;

import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Spi;

/**
 * Repeats each block in place: of L blocks and a factor k, block t of the next k·L is a copy of
 * block ⌊t / k⌋.
 */
@Operator(id = "example:linger", spi = Spi.VERSION, summary = "Repeat each block in place")
public final class Linger implements GrowthOperator<Linger.Options> {
  private static final int MOST_BLOCKS = 10_000;

  /**
   * What users may set.
   *
   * @param times how often each block comes, at least 2
   */
  public record Options(int times) {
    /** Refuses bad values by the name of the component. */
    public Options {
      if (times < 2 || times > MOST_BLOCKS) {
        throw new IllegalArgumentException(
            "times is " + times + ", must be from 2 to " + MOST_BLOCKS);
      }
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    int times = request.options().times();
    if (model.blocks() == 0 || (long) times * model.blocks() > MOST_BLOCKS) {
      throw new EspalierException(
          "times is %d, and the model has %d blocks; it needs at least 1, and gets at most %d"
              .formatted(times, model.blocks(), MOST_BLOCKS));
    }
    return GrowthPlan.from(model).blocks(times * model.blocks(), t -> t / times).build();
  }
}
