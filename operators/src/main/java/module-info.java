/** The built-in growth operators. */
module org.espalier.operators {
  requires org.espalier.api;
  requires static com.google.auto.service;

  opens org.espalier.operators to
      org.espalier.api;

  provides org.espalier.api.GrowthOperator with
      org.espalier.operators.Coalesce,
      org.espalier.operators.CopyTop,
      org.espalier.operators.Decoalesce,
      org.espalier.operators.Interpolate,
      org.espalier.operators.Stack;
}
