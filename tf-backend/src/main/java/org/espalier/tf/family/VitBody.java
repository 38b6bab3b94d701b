package org.espalier.tf.family;

import static org.espalier.tf.family.Attributes.DYNAMIC;

import java.util.List;
import java.util.Optional;

/** The vision transformer (Dosovitskiy et al., 2021; code of facebookresearch/deit). */
final class VitBody implements FamilyBody {
  private final FamilyOptions options;
  private final ImageSizes image;

  VitBody(FamilyOptions options) {
    this.options = options;
    this.image = options.sizes().image().orElseThrow();
  }

  @Override
  public List<TensorSpec> arguments() {
    return List.of(TensorSpec.images(options));
  }

  @Override
  public List<TensorSpec> outputs() {
    return List.of(TensorSpec.classLogits(options));
  }

  @Override
  public List<Value> build(Scope scope, Layers layers, List<Value> inputs) {
    ModelSizes sizes = options.sizes();
    // Without it oneDNN's convolution ends the process when it is fed a tensor of another rank.
    Value images = scope.ensureShape("EnsureShape", inputs.get(0));
    Scope shapes = scope.in("shapes");
    Value count = shapes.element("sequences", shapes.shape("Shape", images), 0);
    Batch batch = new Batch(images, count, shapes.whole("length", image.positions()));
    Block block = new Block(layers, batch.perHead(shapes, sizes), Optional.empty());

    Value x = embeddings(scope.in("embeddings"), layers, batch);
    for (int i = 0; i < sizes.blocks(); i++) {
      x = block.build(scope.in("encoder").in("layer_" + i), "encoder/layer/" + i, x);
    }
    Value normed = layers.norm(scope.in("final").in("norm"), "final/norm", x);
    Scope head = scope.in("head");
    Value seen = head.firstOfEach("strided_slice", batch.unflatten(head, normed));
    return List.of(layers.dense(head, "head", seen));
  }

  /** The class token and then each patch, with the embeddings of their positions. */
  private Value embeddings(Scope scope, Layers layers, Batch batch) {
    long width = options.sizes().residual();
    long length = image.positions();
    Scope patch = scope.in("patch");
    Value filter = patch.read("Conv2D/ReadVariableOp", layers.variable("embeddings/patch/kernel"));
    Value convolved = patch.patches("Conv2D", batch.inputs(), filter);
    Value bias = patch.read("BiasAdd/ReadVariableOp", layers.variable("embeddings/patch/bias"));
    Value patches =
        patch.reshape(
            "Reshape",
            patch.biasAdd("BiasAdd", convolved, bias),
            patch.wholes("Reshape/shape", -1, image.positions() - 1, options.sizes().residual()),
            List.of(DYNAMIC, length - 1, width));

    Scope first = scope.in("class");
    Value token =
        first.read("BroadcastTo/ReadVariableOp", layers.variable("embeddings/class/token"));
    Value shape =
        first.pack(
            "BroadcastTo/shape",
            batch.sequences(),
            first.whole("BroadcastTo/shape/1", 1),
            first.whole("BroadcastTo/shape/2", options.sizes().residual()));
    Value tokens = first.broadcastTo("BroadcastTo", token, shape, List.of(DYNAMIC, 1L, width));
    Value sequence =
        scope.concatenate("concat", tokens, patches, 1, List.of(DYNAMIC, length, width));

    Scope position = scope.in("position");
    Value table = position.read("add/ReadVariableOp", layers.variable("embeddings/position/table"));
    Value sum = scope.add("add", sequence, table);
    return layers.dropout(scope, Embeddings.flatten(scope, layers, sum));
  }
}
