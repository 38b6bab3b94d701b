package org.espalier.tf.graph;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.ObjectPaths;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedUserObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * Gives a model another number of blocks: functions, objects, checkpoint graph and serving graph.
 *
 * <p>Blocks that remain keep their variables and object paths; new ones are copies of the last,
 * behind it. Where their numbers come from is not decided here.
 */
public final class DepthRewriter {
  private final SavedModelDirectory model;
  private final Map<Integer, String> keys;
  private final BlockStructure structure;
  private final int count;
  private final FunctionSurvey survey;
  private final ObjectPaths paths;
  private final DraftObjects objects;
  private final Map<Integer, Integer> twins;
  private final List<String> notes = new ArrayList<>();
  private final Map<String, FunctionFate> fates = new TreeMap<>();
  private final Map<String, BlockCut> cuts = new HashMap<>();

  private DepthRewriter(
      FunctionSurvey survey,
      Map<Integer, String> keys,
      Map<Integer, Integer> twins,
      BlockStructure structure,
      int count) {
    this.model = survey.model();
    this.keys = keys;
    this.structure = structure;
    this.count = count;
    this.survey = survey;
    this.paths = new ObjectPaths(model.objects());
    this.objects = new DraftObjects(model.objects());
    this.twins = twins;
  }

  /**
   * Finds the blocks of a model and rewrites it.
   *
   * @param keys the checkpoint key of each variable, by object-graph node
   * @param count how many blocks the next model has; fewer drops the last ones
   * @throws EspalierException when there are no blocks, or a function cannot be cut or holds what
   *     cannot be rewritten
   */
  public static RewrittenModel rewrite(
      SavedModelDirectory model, Map<Integer, String> keys, int count) {
    requireBlock(count);
    FunctionSurvey survey = new FunctionSurvey(model);
    Map<Integer, Integer> twins = VariableTwins.find(model, keys);
    BlockStructure blocks = BlockFinder.find(survey, twins.keySet());
    return new DepthRewriter(survey, keys, twins, blocks, count).run();
  }

  /**
   * Rewrites a model.
   *
   * @param keys the checkpoint key of each variable, by object-graph node
   * @param blocks the model's blocks
   * @param count how many blocks the next model has; fewer drops the last ones
   * @throws EspalierException when a function cannot be cut or holds what cannot be rewritten
   */
  public static RewrittenModel rewrite(
      SavedModelDirectory model, Map<Integer, String> keys, BlockStructure blocks, int count) {
    requireBlock(count);
    return new DepthRewriter(
            new FunctionSurvey(model), keys, VariableTwins.find(model, keys), blocks, count)
        .run();
  }

  private static void requireBlock(int count) {
    if (count < 1) {
      throw new EspalierException(
          "A model of %d blocks was asked for; it must have at least one".formatted(count));
    }
  }

  private RewrittenModel run() {
    GraphCheck.run(model.path(), model.metaGraph());
    refuseForeignState();
    tidy();
    BlockObjects blockObjects = new BlockObjects(objects, structure, paths);
    List<Set<Integer>> own = blockObjects.own();
    decide(blockObjects.functions(own));
    drop();
    for (Set<Integer> block : own) {
      block.removeIf(this::isShared);
    }
    int old = structure.blocks();
    BlockClones clones = new BlockClones(objects, structure, own.get(old - 1), count);
    clones.functions().forEach(this::reused);
    NewVariables variables = newVariables(clones);
    edit(own, clones);
    Map<String, FunctionDef> library = functions(clones, variables);
    return assemble(library, clones, variables);
  }

  private void refuseForeignState() {
    for (int node = 0; node < model.objects().getNodesCount(); node++) {
      SavedObject object = model.objects().getNodes(node);
      if (!object.hasVariable() && object.getSaveableObjectsCount() > 0) {
        throw new EspalierException(
            "%s keeps state that is no variable (object '%s'), which cannot be carried over"
                .formatted(model.path(), paths.path(node).orElse("?")));
      }
    }
  }

  /** Leaves out optimizer slots, copies of variables, and what only Keras 2 could read. */
  private void tidy() {
    boolean slots = false;
    for (int node = 0; node < objects.size(); node++) {
      SavedObject.Builder object = objects.node(node);
      slots |= object.getSlotVariablesCount() > 0;
      object.clearSlotVariables();
      String identifier = object.getUserObject().getIdentifier();
      if (identifier.startsWith("_tf_keras_") || identifier.equals("optimizer")) {
        object.setUserObject(
            SavedUserObject.newBuilder()
                .setIdentifier("_generic_user_object")
                .setVersion(object.getUserObject().getVersion()));
      }
    }
    if (slots) {
      notes.add("The optimizer's slots that the file held were left out.");
    }
    if (!twins.isEmpty()) {
      objects.redirect(twins);
      notes.add(
          "The file stored %d variables twice; the next model stores them once."
              .formatted(twins.size()));
    }
  }

  private void decide(Map<String, Integer> ownFunctions) {
    for (SurveyedFunction function : survey.functions().values()) {
      BitSet blocks = FunctionBlocks.of(function, structure);
      Integer owner = ownFunctions.get(function.name());
      if (function.dropReason().isPresent()) {
        fate(function, FunctionFate.Kind.DROPPED, function.dropReason().get());
      } else if (owner != null && owner >= count) {
        fate(function, FunctionFate.Kind.DROPPED, "it belongs to block " + owner);
      } else if (blocks.isEmpty()) {
        fate(function, FunctionFate.Kind.VERBATIM, "it holds no block");
      } else if (owner != null && blocks.cardinality() == 1 && blocks.get(owner)) {
        fate(function, FunctionFate.Kind.VERBATIM, "it holds block " + owner + " alone");
      } else if (blocks.cardinality() == structure.blocks()) {
        rewrite(function);
      } else if (blocks.length() <= count) {
        fate(function, FunctionFate.Kind.VERBATIM, "it holds blocks " + blocks + " alone");
      } else {
        fate(function, FunctionFate.Kind.DROPPED, "it needs blocks " + blocks);
      }
    }
  }

  private void rewrite(SurveyedFunction function) {
    Optional<String> obstacle = survey.obstacle(function, structure);
    if (obstacle.isPresent()) {
      fate(function, FunctionFate.Kind.DROPPED, obstacle.get());
      return;
    }
    cuts.put(function.name(), survey.cut(function, structure));
    fate(
        function,
        FunctionFate.Kind.REWRITTEN,
        "it holds all " + structure.blocks() + " blocks, now " + count);
  }

  private void fate(SurveyedFunction function, FunctionFate.Kind kind, String reason) {
    fates.put(function.name(), new FunctionFate(function.name(), kind, reason));
  }

  private void reused(String clone, String original) {
    fates.put(
        original,
        new FunctionFate(
            original, FunctionFate.Kind.REUSED, "it holds one block and serves new ones as well"));
  }

  private boolean isDropped(String function) {
    FunctionFate fate = fates.get(function);
    return fate != null && fate.kind() == FunctionFate.Kind.DROPPED;
  }

  /** Functions that hold more than their block, or none, are not copied with it. */
  private boolean isShared(int node) {
    return objects.names(node).stream()
        .anyMatch(
            name ->
                cuts.containsKey(name)
                    || !objects.functions().containsKey(name)
                    || FunctionBlocks.of(survey.functions().get(name), structure).isEmpty());
  }

  private void drop() {
    Set<Integer> gone = new HashSet<>();
    for (int node = 0; node < objects.size(); node++) {
      SavedObject.Builder object = objects.node(node);
      List<String> names = objects.names(node);
      List<String> left = names.stream().filter(name -> !isDropped(name)).toList();
      if (left.size() == names.size()) {
        continue;
      }
      if (left.isEmpty()) {
        gone.add(node);
      } else {
        object.getFunctionBuilder().clearConcreteFunctions().addAllConcreteFunctions(left);
      }
    }
    objects.functions().keySet().removeIf(this::isDropped);
    objects.remove(gone);
  }

  private NewVariables newVariables(BlockClones clones) {
    List<List<Integer>> blocks = new ArrayList<>();
    for (int block = 0; block < count; block++) {
      List<Integer> nodes = new ArrayList<>();
      for (BlockMember member : structure.members()) {
        boolean fresh = block >= structure.blocks();
        int node = member.nodes().get(fresh ? structure.blocks() - 1 : block);
        nodes.add(fresh ? clones.copy(node, block) : node);
      }
      blocks.add(nodes);
    }
    return new NewVariables(blocks);
  }

  private void edit(List<Set<Integer>> own, BlockClones clones) {
    Map<Integer, Integer> blockOf = BlockObjects.blockOf(own);
    ChildNumbers numbers = new ChildNumbers(blockOf, structure.blocks(), count, clones::copy);
    for (int node = 0; node < model.objects().getNodesCount(); node++) {
      if (!blockOf.containsKey(node)) {
        objects.setChildren(node, numbers.edit(objects.node(node).getChildrenList()));
      }
    }
    Set<Integer> removed = new HashSet<>();
    for (int block = count; block < structure.blocks(); block++) {
      removed.addAll(own.get(block));
    }
    objects.remove(removed);
  }

  private Map<String, FunctionDef> functions(BlockClones clones, NewVariables variables) {
    Map<String, FunctionDef> library = new LinkedHashMap<>(model.functions());
    cuts.forEach(
        (name, cut) -> {
          FlatGraph resized = FlatResizer.resize(cut, variables);
          library.put(name, FunctionEmitter.emit(resized, model.functions().get(name)));
          SavedConcreteFunction.Builder bound =
              objects.functions().get(name).toBuilder().clearBoundInputs();
          resized
              .arguments()
              .forEach(argument -> argument.capture().ifPresent(bound::addBoundInputs));
          bound.setOutputSignature(ResultSignature.of(bound.getOutputSignature(), cut, count));
          objects.functions().put(name, bound.build());
        });
    clones
        .functions()
        .forEach(
            (clone, original) -> {
              FunctionDef.Builder copy = model.functions().get(original).toBuilder();
              copy.getSignatureBuilder().setName(clone);
              library.put(clone, copy.build());
            });
    return library;
  }

  private RewrittenModel assemble(
      Map<String, FunctionDef> library, BlockClones clones, NewVariables variables) {
    DraftObjects.Final result = objects.finish();
    ObjectPaths newPaths = new ObjectPaths(result.graph());
    Map<Integer, Integer> origin = new HashMap<>();
    for (int node = 0; node < model.objects().getNodesCount(); node++) {
      origin.put(result.ids().get(node), node);
    }
    Map<Integer, Integer> template = new HashMap<>();
    for (int block = structure.blocks(); block < count; block++) {
      clones.copies(block).forEach((from, to) -> template.put(result.ids().get(to), from));
    }
    Map<Integer, Integer> models = new HashMap<>(template);
    models.putAll(origin);
    Map<Integer, String> newKeys = new CheckpointKeys(paths, keys).next(newPaths, models, origin);
    TopGraph top =
        new TopGraph(
            model.metaGraph(), result.graph(), result.ids(), handleNodes(), droppedNames());
    TrackableObjectGraph checkpoint = CheckpointGraph.build(result.graph(), newKeys, top.handles());
    MetaGraphDef.Builder next = model.metaGraph().toBuilder();
    next.setObjectGraphDef(result.graph());
    ByteString bytes = checkpoint.toByteString();
    top.write(next, newKeys, bytes);
    LibraryEmitter.write(next, library, this::isDropped);
    SavedModel proto = model.proto().toBuilder().setMetaGraphs(0, next).build();
    BlockStructure blocks = finalBlocks(variables, result.ids());
    return new RewrittenModel(
        proto,
        checkpoint,
        blocks,
        list(newPaths, newKeys, blocks, origin, template, result),
        List.copyOf(fates.values()),
        notes);
  }

  private Set<String> droppedNames() {
    Set<String> dropped = new TreeSet<>();
    fates.keySet().stream().filter(this::isDropped).forEach(dropped::add);
    return dropped;
  }

  /** The variable behind each handle of the old graph, by what signatures and restore say. */
  private Map<String, Integer> handleNodes() {
    Map<String, Integer> byKey = new HashMap<>();
    keys.forEach((node, key) -> byKey.put(key, twins.getOrDefault(node, node)));
    Map<String, Integer> nodes = new HashMap<>();
    HandleKeys.of(model)
        .forEach(
            (handle, key) -> {
              if (byKey.containsKey(key)) {
                nodes.put(handle, byKey.get(key));
              }
            });
    return nodes;
  }

  private BlockStructure finalBlocks(NewVariables variables, List<Integer> ids) {
    List<BlockMember> members = new ArrayList<>();
    for (int m = 0; m < structure.members().size(); m++) {
      BlockMember member = structure.members().get(m);
      List<Integer> nodes = new ArrayList<>();
      for (int block = 0; block < count; block++) {
        nodes.add(ids.get(variables.node(block, m)));
      }
      members.add(
          new BlockMember(
              member.pattern(), member.type(), member.shape(), member.trainable(), nodes));
    }
    return BlockStructure.of(count, members);
  }

  private List<GraphVariable> list(
      ObjectPaths newPaths,
      Map<Integer, String> newKeys,
      BlockStructure blocks,
      Map<Integer, Integer> origin,
      Map<Integer, Integer> template,
      DraftObjects.Final result) {
    List<GraphVariable> list = new ArrayList<>();
    newKeys.forEach(
        (node, key) -> {
          SavedVariable variable = result.graph().getNodes(node).getVariable();
          Optional<BlockStructure.Place> place = blocks.place(node);
          // A clone's variable that is no member of the blocks takes its template's number.
          Integer source =
              place.isEmpty() ? template.getOrDefault(node, origin.get(node)) : origin.get(node);
          list.add(
              new GraphVariable(
                  node,
                  newPaths.path(node).orElseThrow(),
                  variable.getName(),
                  List.of(key),
                  variable.getDtype(),
                  variable.getShape(),
                  variable.getTrainable(),
                  place.map(p -> OptionalInt.of(p.block())).orElse(OptionalInt.empty()),
                  place.map(p -> blocks.members().get(p.member()).pattern()),
                  Optional.ofNullable(source == null ? null : keys.get(source))));
        });
    return list;
  }
}
