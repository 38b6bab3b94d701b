package org.espalier.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The rules of the house")
class HouseRulesTest {
  private static JavaClasses espalier;

  @BeforeAll
  static void importClasses() {
    espalier =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.espalier");
  }

  @Test
  void onlyTheBackendKnowsTensorFlow() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.espalier.tf..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.tensorflow..", "org.bytedeco..")
        .check(espalier);
  }

  @Test
  void theApiKnowsNobody() {
    noClasses()
        .that()
        .resideInAPackage("org.espalier.api..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.espalier.tf..", "org.espalier.operators..", "org.espalier.cli..")
        .check(espalier);
  }

  @Test
  void growingNeverTouchesTheNativeRuntime() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.espalier.tf.bundle..",
            "org.espalier.tf.savedmodel..",
            "org.espalier.tf.graph..",
            "org.espalier.tf.weights..",
            "org.espalier.tf.family..",
            "org.espalier.tf.data..",
            "org.espalier.tf.report..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.tensorflow", "org.tensorflow.op..", "org.tensorflow.internal..", "org.bytedeco..")
        .check(espalier);
  }

  @Test
  void packagesFormNoCycles() {
    slices().matching("org.espalier.(**)").should().beFreeOfCycles().check(espalier);
  }

  @Test
  void namesSayWhatTheyDo() {
    noClasses().should().haveSimpleNameEndingWith("Manager").check(espalier);
    noClasses().should().haveSimpleNameEndingWith("Util").check(espalier);
    noClasses().should().haveSimpleNameEndingWith("Utils").check(espalier);
    noClasses().should().haveSimpleNameEndingWith("Helper").check(espalier);
  }

  @Test
  void publicSignaturesOfTheApiUseJdkTypes() {
    classes()
        .that()
        .resideInAPackage("org.espalier.api")
        .and()
        .arePublic()
        .should(new JdkTypesOnly())
        .check(espalier);
  }
}
