package org.espalier.it;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;

/** Holds where public methods take and return only types of the JDK and of the API itself. */
final class JdkTypesOnly extends ArchCondition<JavaClass> {
  JdkTypesOnly() {
    super("take and return only types of the JDK and of the API");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    for (JavaCodeUnit unit : type.getCodeUnits()) {
      if (!unit.getModifiers().contains(JavaModifier.PUBLIC)) {
        continue;
      }
      List<JavaClass> used = new ArrayList<>(unit.getRawParameterTypes());
      used.add(unit.getRawReturnType());
      for (JavaClass seen : used) {
        JavaClass element = seen.getBaseComponentType();
        boolean allowed =
            element.isPrimitive()
                || element.getPackageName().startsWith("java.")
                || element.getPackageName().startsWith("org.espalier.api");
        if (!allowed) {
          events.add(
              SimpleConditionEvent.violated(
                  unit, unit.getFullName() + " shows " + element.getName()));
        }
      }
    }
  }
}
