package org.espalier.testkit;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.espalier.api.GrowthOperator;

/** Finds the options record that an operator declares. */
final class OptionsType {
  private OptionsType() {}

  static Class<?> of(Class<?> operator) {
    for (Type type : operator.getGenericInterfaces()) {
      if (type instanceof ParameterizedType generic
          && generic.getRawType() == GrowthOperator.class
          && generic.getActualTypeArguments()[0] instanceof Class<?> options) {
        return options;
      }
    }
    throw new Broken(
        operator.getName() + " does not itself implement GrowthOperator<its options record>");
  }
}
