package org.espalier.tf.family;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelAttributes.Activation;
import org.espalier.api.ModelAttributes.NormPlacement;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.tf.savedmodel.SavedModelDirectory;

/**
 * All that a model of a family is built from.
 *
 * @param family the architecture
 * @param sizes its sizes
 * @param activation of the feed-forward layers and of BERT's head: exact GELU or by tanh
 * @param dtype type of parameters and arithmetic: float32 or float64
 * @param dropout rate of all dropouts in the training function, from 0 to below 1
 * @param normEpsilon ε of the norms
 * @param tiedHead whether the token logits are made with the token table
 * @param pooler whether there is a dense layer on the first position, for classifiers to read
 */
public record FamilyOptions(
    Family family,
    ModelSizes sizes,
    Activation activation,
    DType dtype,
    double dropout,
    double normEpsilon,
    boolean tiedHead,
    boolean pooler) {

  private static final ImmutableList<String> SHARED =
      ImmutableList.of(
          "preset",
          "blocks",
          "residual",
          "heads",
          "head_size",
          "ffn",
          "activation",
          "dtype",
          "dropout",
          "norm_epsilon");
  private static final ImmutableList<String> OF_TEXT =
      ImmutableList.of("vocabulary", "positions", "token_types", "tied_head", "pooler");
  private static final ImmutableList<String> OF_IMAGES =
      ImmutableList.of("image", "patch", "channels", "classes");

  private static final int DEFAULT_FFN_RATIO = 4;

  /** Checks the choices. */
  public FamilyOptions {
    if (activation != Activation.GELU && activation != Activation.GELU_TANH) {
      throw new EspalierException(
          "activation is " + activation + ", but must be gelu or gelu_tanh");
    }
    if (dtype != DType.FLOAT32 && dtype != DType.FLOAT64) {
      throw new EspalierException("dtype is " + dtype + ", but must be float32 or float64");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new EspalierException("dropout is " + dropout + ", but must be from 0 to below 1");
    }
    if (!(normEpsilon > 0 && normEpsilon < 1)) {
      throw new EspalierException(
          "norm_epsilon is " + normEpsilon + ", but must be above 0 and below 1");
    }
    if (tiedHead && family.takesImages()) {
      throw new EspalierException(
          "A %s has no token table to tie its head to".formatted(family.id()));
    }
    if (pooler && family != Family.BERT) {
      throw new EspalierException(
          "pooler is true, but a %s has none; leave it out".formatted(family.id()));
    }
    if (sizes.image().isPresent() != family.takesImages()) {
      throw new IllegalArgumentException(family + " with " + sizes);
    }
    if ((sizes.tokenTypes() > 0) != (family.tokenTypes() > 0)) {
      throw new EspalierException(
          family.tokenTypes() > 0
              ? "token_types is 0, but a %s needs at least 1".formatted(family.id())
              : "token_types is %d, but a %s has none; leave it out"
                  .formatted(sizes.tokenTypes(), family.id()));
    }
  }

  /**
   * Returns the options that a request names.
   *
   * @throws EspalierException if a setting is unknown, missing or out of range
   */
  public static FamilyOptions parse(ModelRequest request) {
    return parse(request.family(), request.settings());
  }

  /**
   * Returns the options that {@code values} name for a family.
   *
   * <p>Sizes come from {@code preset}, each changed by a setting of its own; without a preset
   * {@code blocks}, {@code residual} and {@code heads} must be there. The rest has defaults: ffn 4
   * × residual, head_size residual ÷ heads, vocabulary, positions, image, patch, channels, classes
   * and norm_epsilon as the family's paper has them, exact gelu, float32, dropout 0.1 (0 for
   * images), a tied head for tokens, no pooler.
   *
   * @throws EspalierException if a setting is unknown, missing or out of range
   */
  public static FamilyOptions parse(String familyId, Map<String, String> values) {
    Family family = Family.of(familyId);
    List<String> known =
        Stream.concat(SHARED.stream(), (family.takesImages() ? OF_IMAGES : OF_TEXT).stream())
            .toList();
    Settings settings = new Settings(familyId, values, known);
    return new FamilyOptions(
        family,
        sizes(family, settings),
        activation(settings),
        dtype(settings),
        settings.number("dropout", family.takesImages() ? 0 : 0.1),
        settings.number("norm_epsilon", family.normEpsilon()),
        settings.truth("tied_head", !family.takesImages()),
        settings.truth("pooler", false));
  }

  private static ModelSizes sizes(Family family, Settings settings) {
    Preset preset = preset(family, settings);
    int residual = settings.whole("residual", preset.residual());
    int heads = settings.whole("heads", preset.heads());
    Optional<ImageSizes> image =
        family.takesImages() ? Optional.of(image(settings)) : Optional.empty();
    return new ModelSizes(
        settings.whole("blocks", preset.blocks()),
        residual,
        heads,
        settings.has("head_size") ? settings.whole("head_size") : headSize(residual, heads),
        settings.has("ffn") ? settings.whole("ffn") : defaultFfn(residual),
        settings.whole("vocabulary", family.vocabulary()),
        image
            .map(ImageSizes::positions)
            .orElseGet(() -> settings.whole("positions", family.positions())),
        settings.whole("token_types", family.tokenTypes()),
        image);
  }

  /** ImageNet's, as ViT and DeiT see it. */
  private static ImageSizes image(Settings settings) {
    return new ImageSizes(
        settings.whole("image", 224),
        settings.whole("patch", 16),
        settings.whole("channels", 3),
        settings.whole("classes", 1000));
  }

  private static Preset preset(Family family, Settings settings) {
    if (settings.has("preset")) {
      return Preset.of(family, settings.text("preset", ""));
    }
    for (String needed : List.of("blocks", "residual", "heads")) {
      if (!settings.has(needed)) {
        throw new EspalierException(
            "A %s needs a preset (%s) or blocks, residual and heads; %s is missing"
                .formatted(family.id(), Preset.names(family), needed));
      }
    }
    return new Preset(
        settings.whole("blocks"), settings.whole("residual"), settings.whole("heads"));
  }

  private static int headSize(int residual, int heads) {
    if (residual < 1 || heads < 1) {
      throw new EspalierException(
          "residual is %d and heads is %d, but both must be at least 1".formatted(residual, heads));
    }
    if (residual % heads != 0) {
      throw new EspalierException(
          "residual %d is not divisible by %d heads; change one of them, or give head_size"
              .formatted(residual, heads));
    }
    return residual / heads;
  }

  private static int defaultFfn(int residual) {
    return (int) Math.min(Integer.MAX_VALUE, (long) DEFAULT_FFN_RATIO * residual);
  }

  private static Activation activation(Settings settings) {
    String name = settings.text("activation", "gelu");
    return switch (name) {
      case "gelu" -> Activation.GELU;
      case "gelu_tanh" -> Activation.GELU_TANH;
      default ->
          throw new EspalierException(
              "activation is '" + name + "', but must be gelu or gelu_tanh");
    };
  }

  private static DType dtype(Settings settings) {
    String name = settings.text("dtype", "float32");
    return switch (name) {
      case "float32" -> DType.FLOAT32;
      case "float64" -> DType.FLOAT64;
      default ->
          throw new EspalierException("dtype is '" + name + "', but must be float32 or float64");
    };
  }

  /**
   * Returns the options of a model of our own, so that it can be built at other sizes.
   *
   * @param spec of one of our families: the sizes to build
   * @param model the model that grows: its training function says the dropout rate
   * @throws EspalierException if the spec is of another family or does not say its sizes
   */
  public static FamilyOptions of(ModelSpec spec, SavedModelDirectory model) {
    double dropout =
        FamilyTraits.read(model.functions().values()).map(FamilyTraits::dropout).orElse(0.0);
    return of(spec, dropout);
  }

  /**
   * Returns the options of a model of our own, so that it can be built at its spec's sizes.
   *
   * @param spec of one of our families
   * @param dropout the rate, which a spec does not hold
   * @throws EspalierException if the spec is of another family or does not say its sizes
   */
  public static FamilyOptions of(ModelSpec spec, double dropout) {
    Family family = Family.of(spec.family());
    int positions = spec.dimension(Dimensions.POSITIONS);
    Optional<ImageSizes> image =
        family.takesImages()
            ? Optional.of(
                ImageSizes.ofPositions(
                    positions,
                    spec.dimension(Dimensions.PATCH),
                    spec.dimension(Dimensions.CHANNELS),
                    spec.dimension(Dimensions.CLASSES)))
            : Optional.empty();
    ModelSizes sizes =
        new ModelSizes(
            spec.blocks(),
            spec.dimension(Dimensions.RESIDUAL),
            spec.dimension(Dimensions.HEADS),
            spec.dimension(Dimensions.HEAD_SIZE),
            spec.dimension(Dimensions.FFN),
            family.takesImages() ? 0 : spec.dimension(Dimensions.VOCABULARY),
            positions,
            family.tokenTypes() > 0 ? spec.dimension(Dimensions.TOKEN_TYPES) : 0,
            image);
    return new FamilyOptions(
        family,
        sizes,
        spec.attributes().activation(),
        spec.parameters().get(0).dtype(),
        dropout,
        spec.attributes().normEpsilon().orElse(family.normEpsilon()),
        spec.attributes().tiedHead(),
        spec.parameter("pooler/kernel").isPresent());
  }

  /** Returns what operators may know of the model beside its parameters. */
  ModelAttributes attributes() {
    return new ModelAttributes(
        family.normsBefore() ? NormPlacement.PRE : NormPlacement.POST,
        OptionalDouble.of(normEpsilon),
        activation,
        tiedHead,
        family == Family.GPT);
  }
}
