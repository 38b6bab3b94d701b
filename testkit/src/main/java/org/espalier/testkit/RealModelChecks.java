package org.espalier.testkit;

import java.util.Iterator;
import java.util.Map;
import java.util.ServiceLoader;
import org.espalier.api.Claim;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthTrial;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.opentest4j.TestAbortedException;

/** Whether claims hold on models that a backend builds, grows and runs. */
final class RealModelChecks {
  /** Largest difference of logits in their standard deviations; float32 leaves about 1e-6. */
  private static final double TOLERANCE = 1e-4;

  private RealModelChecks() {}

  static void logitsStay(Subject subject) {
    Iterator<GrowthTrial> backends = ServiceLoader.load(GrowthTrial.class).iterator();
    if (!backends.hasNext()) {
      throw new TestAbortedException("No backend on the test path; add espalier-tf-backend");
    }
    int compared = 0;
    GrowthTrial backend = backends.next();
    for (ModelRequest model : backend.models()) {
      for (Map<String, String> options : subject.contract().options()) {
        compared += claimHolds(subject, backend, model, options) ? 1 : 0;
      }
    }
    if (compared == 0) {
      throw new TestAbortedException("No plan for the backend's models claims to preserve them");
    }
  }

  /** Returns false where the operator or the backend refuses, or nothing is claimed. */
  private static boolean claimHolds(
      Subject subject, GrowthTrial backend, ModelRequest model, Map<String, String> options) {
    double difference;
    try {
      difference =
          backend.difference(model, Subject.SEED, spec -> claiming(subject, spec, options));
    } catch (EspalierException | NothingClaimed e) {
      return false;
    }
    Broken.unless(
        difference <= TOLERANCE,
        "logits of %s differ by %.3g of their standard deviation, allowed %.3g, with %s",
        model,
        difference,
        TOLERANCE,
        options);
    return true;
  }

  private static GrowthPlan claiming(Subject subject, ModelSpec spec, Map<String, String> options) {
    GrowthPlan plan = subject.raw(subject.request(spec, options));
    if (!plan.claims().contains(Claim.FUNCTION_PRESERVING)) {
      throw new NothingClaimed();
    }
    return plan;
  }

  /** Leaves a trial that would say nothing. */
  private static final class NothingClaimed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
