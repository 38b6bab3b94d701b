/** A growth operator for Espalier. */
module com.example.grow {
  requires org.espalier.api;

  opens com.example.grow to
      org.espalier.api;

  provides org.espalier.api.GrowthOperator with
      com.example.grow.Linger;
}
