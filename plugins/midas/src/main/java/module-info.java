/** Gradual stacking in the middle of a model. */
module org.espalier.plugins.midas {
  requires org.espalier.api;
  requires static com.google.auto.service;
}
