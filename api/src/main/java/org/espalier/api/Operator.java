package org.espalier.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names a {@link GrowthOperator}; read without creating it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Operator {
  /**
   * The id under which users ask for it: {@code [a-z][a-z0-9-]*}, with {@code vendor:} before it.
   * Ids without a vendor are Espalier's own. An id is written into models and never changes.
   */
  String id();

  /** The SPI level it was compiled against: always {@link Spi#VERSION}. */
  int spi();

  /** What it does, in one line. */
  String summary();

  /** What its plans may claim. */
  Claim[] claims() default {};
}
