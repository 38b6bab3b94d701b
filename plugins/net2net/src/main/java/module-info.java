/** Net2Net and bert2BERT: widening by copies of units. */
module org.espalier.plugins.net2net {
  requires org.espalier.api;
  requires static com.google.auto.service;

  opens org.espalier.plugins.net2net to
      org.espalier.api;

  provides org.espalier.api.GrowthOperator with
      org.espalier.plugins.net2net.Net2Net;
}
