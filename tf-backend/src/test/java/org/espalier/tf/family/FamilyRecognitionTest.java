package org.espalier.tf.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.espalier.api.Axis;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Our own models are known by their graph")
class FamilyRecognitionTest {

  @ParameterizedTest
  @CsvSource({
    "bert, ''",
    "bert, dtype=float64;activation=gelu_tanh;norm_epsilon=1e-7",
    "gpt, ''",
    "gpt, head_size=5;dropout=0;activation=gelu_tanh",
    "bert, pooler=true;tied_head=false",
    "gpt, tied_head=false",
    "vit, dropout=0.25;dtype=float64",
  })
  void withoutTheirRecord(String family, String more) {
    FamilyModel model = SmallModels.build(family, 3, more);
    assertThat(FamilyRecognition.recognise(SmallModels.checked(model), structure(model.spec())))
        .contains(model.spec());
  }

  @Test
  void theTrainingFunctionSaysTheDropoutRate() {
    FamilyModel model = SmallModels.build("gpt", 1, "dropout=0.25");
    FamilyOptions options = FamilyOptions.of(model.spec(), SmallModels.checked(model));
    assertThat(options.dropout()).isEqualTo(0.25);
    assertThat(FamilyModel.build(options).savedModel()).isEqualTo(model.savedModel());
  }

  @Test
  void notWithAVariableMoreOrLessOrOfAnotherShape() {
    FamilyModel model = SmallModels.build("bert", 2, "");
    SavedModelDirectory graph = SmallModels.checked(model);
    List<Parameter> less = new ArrayList<>(structure(model.spec()));
    Parameter removed = less.remove(less.size() - 1);
    assertThat(FamilyRecognition.recognise(graph, less)).isEmpty();

    List<Parameter> wider = new ArrayList<>(less);
    wider.add(removed.withShape(List.of(7L)));
    assertThat(FamilyRecognition.recognise(graph, wider)).isEmpty();

    List<Parameter> more = new ArrayList<>(structure(model.spec()));
    more.add(opaque(removed, "another"));
    assertThat(FamilyRecognition.recognise(graph, more)).isEmpty();
  }

  @Test
  void notWithoutOurGraph() {
    FamilyModel model = SmallModels.build("bert", 2, "");
    SavedModelDirectory other =
        new SavedModelDirectory(
            SmallModels.checked(model).path(), model.savedModel(), Collections.emptyMap());
    assertThat(FamilyRecognition.recognise(other, structure(model.spec()))).isEmpty();
  }

  /** What is known of a foreign model: names, types and shapes. */
  private static List<Parameter> structure(ModelSpec spec) {
    assertThat(spec.attributes()).isNotEqualTo(ModelAttributes.UNKNOWN);
    return spec.parameters().stream()
        .map(parameter -> opaque(parameter, parameter.name()))
        .toList();
  }

  private static Parameter opaque(Parameter parameter, String name) {
    return new Parameter(
        name,
        Parameter.OUTSIDE,
        Roles.UNKNOWN,
        parameter.dtype(),
        parameter.shape(),
        Collections.nCopies(parameter.shape().size(), Axis.opaque()),
        true);
  }
}
