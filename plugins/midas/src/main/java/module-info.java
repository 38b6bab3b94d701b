/** Gradual stacking in the middle of a model. */
module org.espalier.plugins.midas {
  requires org.espalier.api;
  requires static com.google.auto.service;

  opens org.espalier.plugins.midas to
      org.espalier.api;

  provides org.espalier.api.GrowthOperator with
      org.espalier.plugins.midas.Midas;
}
