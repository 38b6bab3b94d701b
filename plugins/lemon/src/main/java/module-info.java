/** LEMON: exact expansion of pre-norm models. */
module org.espalier.plugins.lemon {
  requires org.espalier.api;
  requires static com.google.auto.service;

  opens org.espalier.plugins.lemon to
      org.espalier.api;

  provides org.espalier.api.GrowthOperator with
      org.espalier.plugins.lemon.Lemon;
}
