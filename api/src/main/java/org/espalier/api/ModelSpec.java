package org.espalier.api;

import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Multimaps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a model is made of: its blocks, dimensions and parameters, without data.
 *
 * <p>Immutable. All blocks hold the same parameters, of the same shapes, types and roles; a model
 * whose blocks differ has no spec.
 *
 * @param family the architecture, such as {@code bert} or {@code gpt}; {@code unknown} where only
 *     the structure is known
 * @param blocks number of blocks
 * @param dimensions size of each named dimension, sorted by name
 * @param parameters all parameters: those outside the blocks and those of each block, in the
 *     model's order
 * @param attributes what else is known
 */
public record ModelSpec(
    String family,
    int blocks,
    Map<String, Integer> dimensions,
    List<Parameter> parameters,
    ModelAttributes attributes) {

  /** Copies the collections and checks that they fit each other. */
  public ModelSpec {
    dimensions = ImmutableSortedMap.copyOf(dimensions);
    parameters = List.copyOf(parameters);
    dimensions.forEach(
        (name, size) -> {
          if (size < 1) {
            throw new IllegalArgumentException("dimension '" + name + "' has the size " + size);
          }
        });
    if (blocks < 0) {
      throw new IllegalArgumentException("a model cannot have " + blocks + " blocks");
    }
    checkParameters(blocks, dimensions, parameters);
  }

  private static void checkParameters(
      int blocks, Map<String, Integer> dimensions, List<Parameter> parameters) {
    ImmutableListMultimap<Integer, Parameter> byBlock =
        Multimaps.index(parameters, Parameter::block);
    long names = parameters.stream().map(Parameter::name).distinct().count();
    if (names != parameters.size()) {
      throw new IllegalArgumentException("two parameters have the same name");
    }
    for (Parameter parameter : parameters) {
      if (parameter.block() >= blocks) {
        throw new IllegalArgumentException(
            "'" + parameter.name() + "' is in a block beyond the last, " + (blocks - 1));
      }
      for (int i = 0; i < parameter.axes().size(); i++) {
        Axis axis = parameter.axes().get(i);
        if (!axis.isOpaque() && axis.size(dimensions) != parameter.shape().get(i)) {
          throw new IllegalArgumentException(
              "axis %d of '%s' is %s = %d, but its size is %d"
                  .formatted(
                      i, parameter.name(), axis, axis.size(dimensions), parameter.shape().get(i)));
        }
      }
    }
    Map<String, Parameter> first = byPattern(byBlock.get(0));
    if (blocks > 0 && first.isEmpty()) {
      throw new IllegalArgumentException("block 0 of " + blocks + " holds no parameters");
    }
    for (int block = 1; block < blocks; block++) {
      final int index = block;
      Map<String, Parameter> other = byPattern(byBlock.get(block));
      if (!other.keySet().equals(first.keySet())) {
        throw new IllegalArgumentException("blocks 0 and " + block + " hold other parameters");
      }
      other.forEach(
          (pattern, parameter) -> {
            if (!parameter.inBlock(0).equals(first.get(pattern))) {
              throw new IllegalArgumentException(
                  "'" + parameter.name() + "' differs between blocks 0 and " + index);
            }
          });
    }
  }

  private static Map<String, Parameter> byPattern(List<Parameter> parameters) {
    return parameters.stream().collect(Collectors.toMap(Parameter::pattern, p -> p));
  }

  /** Returns the parameter of that name, if there is one. */
  public Optional<Parameter> parameter(String name) {
    return parameters.stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /** Returns all parameters by name, in the model's order. */
  public Map<String, Parameter> parametersByName() {
    return parameters.stream().collect(ImmutableMap.toImmutableMap(Parameter::name, p -> p));
  }

  /** Returns the parameters of one block, in the model's order. */
  public List<Parameter> parametersOf(int block) {
    return parameters.stream().filter(p -> p.block() == block).toList();
  }

  /**
   * Returns the size of a dimension.
   *
   * @throws EspalierException if the model has no such dimension
   */
  public int dimension(String name) {
    Integer size = dimensions.get(name);
    if (size == null) {
      throw new EspalierException(
          "The model has no dimension '" + name + "'; it has " + dimensions.keySet());
    }
    return size;
  }

  /** Returns the number of elements of all parameters. */
  public long parameterCount() {
    return parameters.stream().mapToLong(Parameter::elements).sum();
  }

  /** Returns the size of all parameters in bytes. */
  public long bytes() {
    return parameters.stream().mapToLong(Parameter::bytes).sum();
  }

  /**
   * Returns this spec with another number of blocks.
   *
   * <p>The new blocks follow the last one in the order of parameters.
   */
  public ModelSpec withBlocks(int count) {
    if (blocks == 0) {
      throw new EspalierException("The model has no blocks, so none can be added");
    }
    if (count < 1) {
      throw new EspalierException("A model cannot be given " + count + " blocks; at least 1");
    }
    List<Parameter> lastBlock = parametersOf(blocks - 1);
    Parameter lastMember = lastBlock.get(lastBlock.size() - 1);
    List<Parameter> next = new ArrayList<>();
    for (Parameter parameter : parameters) {
      if (parameter.block() < count) {
        next.add(parameter);
      }
      if (parameter.equals(lastMember)) {
        for (int block = blocks; block < count; block++) {
          for (Parameter member : lastBlock) {
            next.add(member.inBlock(block));
          }
        }
      }
    }
    return new ModelSpec(family, count, dimensions, next, attributes);
  }

  /** Returns this spec with other attributes. */
  public ModelSpec withAttributes(ModelAttributes newAttributes) {
    return new ModelSpec(family, blocks, dimensions, parameters, newAttributes);
  }

  /**
   * Returns this spec with other sizes of some dimensions; shapes follow from the axes.
   *
   * @throws EspalierException if a dimension is unknown
   */
  public ModelSpec withDimensions(Map<String, Integer> changed) {
    changed.keySet().forEach(this::dimension);
    Map<String, Integer> sizes = new TreeMap<>(dimensions);
    sizes.putAll(changed);
    List<Parameter> next = new ArrayList<>();
    for (Parameter parameter : parameters) {
      List<Long> shape = new ArrayList<>();
      for (int i = 0; i < parameter.axes().size(); i++) {
        Axis axis = parameter.axes().get(i);
        shape.add(axis.isOpaque() ? parameter.shape().get(i) : (Long) axis.size(sizes));
      }
      next.add(parameter.withShape(shape));
    }
    return new ModelSpec(family, blocks, sizes, next, attributes);
  }

  /** Returns this model spec as JSON; {@link #fromJson} makes an equal one of it. */
  public String toJson() {
    return JsonDocument.write(SpecJson.write(this));
  }

  /**
   * Returns the model spec that {@link #toJson} wrote.
   *
   * @throws EspalierException if the text is not the JSON of a model spec, of this version
   */
  public static ModelSpec fromJson(String json) {
    return JsonDocument.read("a model spec", json, SpecJson::read);
  }
}
