/** The built-in growth operators. */
module org.espalier.operators {
  requires org.espalier.api;
  requires static com.google.auto.service;
}
