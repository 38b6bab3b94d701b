package org.espalier.api;

import com.google.common.reflect.TypeToken;
import java.lang.annotation.IncompleteAnnotationException;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Reads what an operator says of itself and refuses what breaks the rules of the SPI. */
final class OperatorChecks {
  /** The ids without a vendor. */
  static final Set<String> RESERVED =
      Set.of("stack", "copy-top", "coalesce", "decoalesce", "interpolate", "sparse-reallocate");

  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]*(:[a-z][a-z0-9-]*)?");
  private static final String OWN_PACKAGE = "org.espalier.operators";
  private static final String OWN_PLUGINS = "org.espalier.plugins.";

  private OperatorChecks() {}

  /** Thrown where an operator breaks a rule; the message is the reason of its problem. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String reason) {
      super(reason);
    }
  }

  /** Returns the id that a class claims, or its name where it claims none. */
  static String subject(Class<?> type) {
    try {
      Operator metadata = type.getAnnotation(Operator.class);
      return metadata == null || metadata.id().isBlank() ? type.getName() : metadata.id();
    } catch (RuntimeException | LinkageError e) {
      // The annotation itself cannot be read; the class name must do.
      return type.getName();
    }
  }

  static RegisteredOperator read(Class<?> type, Supplier<? extends GrowthOperator<?>> provider)
      throws Refused {
    Operator metadata = type.getAnnotation(Operator.class);
    if (metadata == null) {
      throw new Refused(type.getName() + " has no @Operator annotation");
    }
    checkLevel(metadata);
    checkId(metadata.id(), type);
    try {
      metadata.claims();
      metadata.summary();
    } catch (IncompleteAnnotationException | EnumConstantNotPresentException e) {
      throw new Refused("its @Operator was written for another API: " + e.getMessage());
    }
    return new RegisteredOperator(type, metadata, binder(metadata.id(), type), provider);
  }

  private static void checkLevel(Operator metadata) throws Refused {
    int level;
    try {
      level = metadata.spi();
    } catch (IncompleteAnnotationException e) {
      throw new Refused("its @Operator names no SPI level, this is SPI " + Spi.VERSION);
    }
    if (level > Spi.VERSION) {
      throw new Refused(
          "needs SPI %d, this is SPI %d; take a newer Espalier or an older plugin"
              .formatted(level, Spi.VERSION));
    }
    if (level < Spi.VERSION) {
      throw new Refused(
          "was built for SPI %d, this is SPI %d; take a newer version of the plugin"
              .formatted(level, Spi.VERSION));
    }
  }

  private static void checkId(String id, Class<?> type) throws Refused {
    if (!ID.matcher(id).matches()) {
      throw new Refused(
          "the id '%s' of %s must be vendor:name, both of a-z, 0-9 and '-', a letter first"
              .formatted(id, type.getName()));
    }
    boolean own = type.getPackageName().equals(OWN_PACKAGE);
    if (id.indexOf(':') < 0) {
      if (!own || !RESERVED.contains(id)) {
        throw new Refused(
            "ids without a vendor are Espalier's own; name %s vendor:%s"
                .formatted(type.getName(), id));
      }
    } else if (id.startsWith("espalier:")
        && !(type.getPackageName() + ".").startsWith(OWN_PLUGINS)) {
      throw new Refused(
          "the vendor 'espalier' is reserved; give %s your own".formatted(type.getName()));
    }
  }

  private static OptionsBinder<?> binder(String id, Class<?> type) throws Refused {
    Class<?> options =
        TypeToken.of(type).resolveType(GrowthOperator.class.getTypeParameters()[0]).getRawType();
    if (!options.isRecord() || Modifier.isAbstract(options.getModifiers())) {
      throw new Refused("%s does not say which record its options are".formatted(type.getName()));
    }
    try {
      return new OptionsBinder<>("operator '" + id + "'", options.asSubclass(Record.class));
    } catch (EspalierException e) {
      throw new Refused(e.getMessage());
    }
  }
}
