/** The contract of growth operators as tests that a plugin runs in its own build. */
module org.espalier.testkit {
  requires transitive org.espalier.api;
  requires transitive org.junit.jupiter.api;
  requires org.opentest4j;

  exports org.espalier.testkit;

  uses org.espalier.api.GrowthTrial;
}
