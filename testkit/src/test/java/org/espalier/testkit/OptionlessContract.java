package org.espalier.testkit;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.testkit.gallery.GalleryContract;

/** The contract of an operator without options. */
final class OptionlessContract implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new GalleryContract().operator();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(Map.of());
  }
}
