package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.ObjectPaths;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;

/**
 * Finds the repeated blocks of a model.
 *
 * <p>Candidates come from the numbers in object paths, then from those in variable names, then from
 * shapes that repeat in the order of capture. The first whose functions can all be cut is taken.
 */
public final class BlockFinder {
  private final FunctionSurvey survey;
  private final ObjectPaths objectPaths;
  private final Map<Integer, SavedVariable> variables = new HashMap<>();
  private final Map<Integer, String> paths = new HashMap<>();
  private final Map<Integer, String> names = new HashMap<>();
  private final Set<Integer> captured;

  private BlockFinder(FunctionSurvey survey, Set<Integer> twins) {
    this.survey = survey;
    this.captured = survey.capturedVariables();
    this.objectPaths = new ObjectPaths(survey.model().objects());
    for (int node : objectPaths.variables()) {
      if (twins.contains(node)) {
        continue;
      }
      SavedVariable variable = survey.model().objects().getNodes(node).getVariable();
      variables.put(node, variable);
      paths.put(node, objectPaths.path(node).orElse(""));
      names.put(node, variable.getName());
    }
    captured.retainAll(variables.keySet());
  }

  /**
   * Finds the blocks of {@code model}.
   *
   * @param keys the checkpoint key of each variable, by object-graph node
   * @throws EspalierException when there are none, or when its functions cannot be cut, saying
   *     where
   */
  public static BlockStructure find(SavedModelDirectory model, Map<Integer, String> keys) {
    return find(new FunctionSurvey(model), VariableTwins.find(model, keys).keySet());
  }

  static BlockStructure find(FunctionSurvey survey, Set<Integer> twins) {
    return new BlockFinder(survey, twins).run();
  }

  private BlockStructure run() {
    EspalierException first = null;
    Set<List<List<Integer>>> tried = new LinkedHashSet<>();
    for (BlockStructure candidate : candidates()) {
      if (!tried.add(candidate.members().stream().map(BlockMember::nodes).toList())) {
        continue;
      }
      try {
        if (isCut(candidate)) {
          return candidate;
        }
      } catch (EspalierException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
    throw new EspalierException(
        "%s has no repeated blocks: none of its %d variables repeat by path, name or shape; found %s"
                .formatted(survey.model().path(), captured.size(), examples())
            + new StackedWeights(variables, paths)
                .describe(survey.functions().values())
                .map(loop -> "; " + loop)
                .orElse(""));
  }

  private String examples() {
    String some =
        captured.stream().limit(4).map(node -> paths.get(node)).collect(Collectors.joining(", "));
    return some.isEmpty() ? "no variable that a function reads" : some;
  }

  private List<BlockStructure> candidates() {
    NameFamilies byPath = new NameFamilies(paths, variables, captured);
    List<BlockStructure> named = new ArrayList<>(byPath.structures());
    named.addAll(new NameFamilies(names, variables, captured).structures());
    named.removeIf(structure -> structure.members().size() < 2);
    named.sort((a, b) -> Integer.compare(b.places().size(), a.places().size()));
    List<BlockStructure> all = new ArrayList<>();
    named.stream().filter(s -> s.blocks() > 1 && isLarge(s)).forEach(all::add);
    if (all.isEmpty()) {
      refuseUneven(byPath);
    }
    named.stream().filter(s -> s.blocks() == 1 && isLarge(s)).forEach(all::add);
    // Two layers inside a block must not pass for two blocks when the blocks themselves do not fit.
    if (all.isEmpty()) {
      new RepeatedShapes(byPath, captured)
          .structures().stream().filter(this::isLarge).forEach(all::add);
      named.stream().filter(s -> !isLarge(s)).forEach(all::add);
    }
    return all;
  }

  private void refuseUneven(NameFamilies byPath) {
    NameFamilies byName = new NameFamilies(names, variables, captured);
    byPath
        .unevenness()
        .or(byName::unevenness)
        .ifPresent(
            reason -> {
              throw new EspalierException(
                  "%s has no blocks that can be added: %s"
                      .formatted(survey.model().path(), reason));
            });
  }

  private boolean isLarge(BlockStructure structure) {
    return 2 * structure.places().size() >= captured.size();
  }

  /** Whether at least one function holds all blocks; throws when one of those cannot be cut. */
  private boolean isCut(BlockStructure structure) {
    boolean found = false;
    BlockObjects objects =
        new BlockObjects(new DraftObjects(survey.model().objects()), structure, objectPaths);
    Set<String> ofOneBlock = objects.functions(objects.own()).keySet();
    for (SurveyedFunction function : survey.functions().values()) {
      if (function.dropReason().isEmpty()
          && FunctionBlocks.of(function, structure).cardinality() == structure.blocks()
          && !(structure.blocks() == 1 && ofOneBlock.contains(function.name()))) {
        found |= survey.obstacle(function, structure).isEmpty();
      }
    }
    return found;
  }
}
