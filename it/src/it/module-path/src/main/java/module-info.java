module example.grower {
  requires org.espalier.tf;

  uses org.espalier.api.GrowthOperator;
}
