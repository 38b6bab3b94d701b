package org.espalier.tf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthPlan;
import org.espalier.api.Lineage;
import org.espalier.api.ModelSpec;

/** An open SavedModel (skeleton for the branch cli; the lead's implementation replaces it). */
public final class Model implements AutoCloseable {
  private Model() {}

  /** Directory. */
  public Path directory() {
    throw new IllegalStateException();
  }

  /** Spec. */
  public ModelSpec spec() {
    throw new IllegalStateException();
  }

  /** Lineage. */
  public Lineage lineage() {
    throw new IllegalStateException();
  }

  /** Fingerprint, 64 hex digits. */
  public String fingerprint() {
    throw new IllegalStateException();
  }

  /** Signatures. */
  public List<SignatureInfo> signatures() {
    throw new IllegalStateException();
  }

  /** What cannot be done with this model and why; empty if all can. */
  public List<String> limits() {
    throw new IllegalStateException();
  }

  /** Plan; option values may be strings or numbers. */
  public GrowthPlan plan(String operator, Map<String, ?> options) {
    throw new IllegalStateException();
  }

  /** Plan with seed and references. */
  public GrowthPlan plan(
      String operator, Map<String, ?> options, long seed, Map<String, Model> references) {
    throw new IllegalStateException();
  }

  /** Grow: writes a new directory. Records operator/options in the lineage when known. */
  public GrowthResult grow(GrowthPlan plan, Path out) {
    throw new IllegalStateException();
  }

  /** Runs this model and another on the same seeded inputs. Loads TensorFlow. */
  public Verification compare(Model other, Device device) {
    throw new IllegalStateException();
  }

  @Override
  public void close() {}
}
