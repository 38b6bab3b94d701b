/** Model specs, growth plans and the SPI of growth operators. */
module org.espalier.api {
  requires com.google.common;
  requires com.google.gson;

  exports org.espalier.api;

  uses org.espalier.api.GrowthOperator;
  uses org.espalier.api.TensorKernel;
}
