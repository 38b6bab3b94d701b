"""Makes SavedModels whose depth Java changes, and checks what Java made of them.

make DIR   exports a tf.Module and a Keras model of three blocks, and the logits that the same network,
           built in Python with 6, 4 and 2 blocks, gives for the same numbers
check DIR [NAME...]
           loads the models that Java wrote beside them, or those of the targets named, and compares
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf

BLOCKS = 3
WIDTH, HEADS, FFN, VOCABULARY, POSITIONS = 16, 2, 40, 31, 12
# Which old block each block of the grown model is a copy of.
TARGETS = {"six": [0, 1, 2, 0, 1, 2], "four": [0, 1, 1, 2], "two": [0, 1], "one": [0],
           "regrown": [0, 0]}
# Deeper, with a block put between others, and grown from one: those that Python also saves again.
TAKEN_BACK = {"six", "four", "regrown"}
IDS = np.array([[1, 2, 3, 4, 5, 6, 7], [8, 9, 10, 11, 0, 0, 0]], np.int32)
MASK = np.array([[1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0, 0]], np.int32)


class Dense(tf.Module):
    def __init__(self, rng, n, m):
        super().__init__()
        self.kernel = tf.Variable(rng.normal(0, 0.2, (n, m)).astype("float32"), name="kernel")
        self.bias = tf.Variable(rng.normal(0, 0.2, (m,)).astype("float32"), name="bias")

    def __call__(self, x):
        return tf.einsum("...i,ij->...j", x, self.kernel) + self.bias


class LayerNorm(tf.Module):
    def __init__(self, rng, n):
        super().__init__()
        self.gamma = tf.Variable(1 + rng.normal(0, 0.2, (n,)).astype("float32"), name="gamma")
        self.beta = tf.Variable(rng.normal(0, 0.2, (n,)).astype("float32"), name="beta")

    def __call__(self, x):
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        return (x - mean) * tf.math.rsqrt(variance + 1e-6) * self.gamma + self.beta


class Attention(tf.Module):
    def __init__(self, rng):
        super().__init__()
        self.query, self.key, self.value, self.output = [Dense(rng, WIDTH, WIDTH) for _ in range(4)]

    def __call__(self, x, mask):
        shape = tf.shape(x)

        def split(y):
            return tf.transpose(tf.reshape(y, [shape[0], shape[1], HEADS, WIDTH // HEADS]), [0, 2, 1, 3])

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = tf.matmul(q, k, transpose_b=True) / (WIDTH // HEADS) ** 0.5 + mask
        context = tf.transpose(tf.matmul(tf.nn.softmax(scores), v), [0, 2, 1, 3])
        return self.output(tf.reshape(context, shape))


class Block(tf.Module):
    def __init__(self, rng):
        super().__init__()
        self.attention = Attention(rng)
        self.attention_norm = LayerNorm(rng, WIDTH)
        self.intermediate = Dense(rng, WIDTH, FFN)
        self.output = Dense(rng, FFN, WIDTH)
        self.output_norm = LayerNorm(rng, WIDTH)

    def __call__(self, x, mask, training):
        y = self.attention(x, mask)
        if training:
            y = tf.nn.dropout(y, 0.1)
        x = self.attention_norm(x + y)
        return self.output_norm(x + self.output(tf.nn.gelu(self.intermediate(x))))


class Encoder(tf.Module):
    def __init__(self, rng, blocks):
        super().__init__()
        self.layer = [Block(rng) for _ in range(blocks)]


class Bert(tf.Module):
    """Post-norm encoder with a tied head, a mask made outside the blocks and dropout in training."""

    def __init__(self, blocks, seed=1):
        super().__init__()
        rng = np.random.default_rng(seed)
        self.word = tf.Variable(rng.normal(0, 0.5, (VOCABULARY, WIDTH)).astype("float32"), name="word")
        self.position = tf.Variable(rng.normal(0, 0.5, (POSITIONS, WIDTH)).astype("float32"), name="position")
        self.embedding_norm = LayerNorm(rng, WIDTH)
        self.encoder = Encoder(rng, blocks)
        self.head_norm = LayerNorm(rng, WIDTH)
        self.head_bias = tf.Variable(np.zeros(VOCABULARY, "float32"), name="head_bias")
        self.steps = tf.Variable(0, trainable=False, dtype=tf.int64, name="steps")

    def run(self, ids, mask, training):
        x = tf.gather(self.word, ids) + self.position[: tf.shape(ids)[1]]
        x = self.embedding_norm(x)
        bias = (1.0 - tf.cast(mask, tf.float32)[:, None, None, :]) * -1e9
        for block in self.encoder.layer:
            x = block(x, bias, training)
        return tf.matmul(self.head_norm(x), self.word, transpose_b=True) + self.head_bias

    @tf.function
    def __call__(self, ids, mask, training=False):
        return self.run(ids, mask, training)

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32, "ids"),
                                  tf.TensorSpec([None, None], tf.int32, "mask")])
    def serve(self, ids, mask):
        return {"logits": self(ids, mask, training=False)}

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32, "ids")])
    def train(self, ids):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.run(ids, tf.ones_like(ids), True)))
        gradients = tape.gradient(loss, self.trainable_variables)
        for variable, gradient in zip(self.trainable_variables, gradients):
            variable.assign_sub(0.01 * tf.convert_to_tensor(gradient))
        self.steps.assign_add(1)
        return {"loss": loss}


def pairs(old, new, sources):
    """Each variable of the new model with the variable of the old that it is a copy of."""
    import re

    by_path = {p: v for p, v in paths(old)}
    for path, variable in paths(new):
        source = re.sub(r"^encoder/layer/(\d+)/", lambda m: f"encoder/layer/{sources[int(m[1])]}/", path)
        yield variable, by_path[source]


def paths(module):
    return [("/".join(str(p) for p in path), value)
            for path, value in module._flatten(predicate=lambda v: isinstance(v, tf.Variable), with_path=True)]


def make_module(folder):
    model = Bert(BLOCKS)
    spec = tf.TensorSpec([None, None], tf.int32)
    model.__call__.get_concrete_function(spec, spec, training=False)
    model.__call__.get_concrete_function(spec, spec, training=True)
    tf.saved_model.save(model, os.path.join(folder, "module"),
                        signatures={"serving_default": model.serve, "train": model.train})
    logits = {}
    for name, sources in TARGETS.items():
        bigger = Bert(len(sources), seed=7)
        for new, old in pairs(model, bigger, sources):
            new.assign(old)
        logits[name] = bigger(IDS, MASK, training=False).numpy().tolist()
    logits["same"] = model(IDS, MASK, training=False).numpy().tolist()
    return logits


def keras_model(blocks):
    import keras

    keras.utils.set_random_seed(blocks)
    ids = keras.Input((None,), dtype="int32", name="ids")
    mask = keras.Input((None,), dtype="int32", name="mask")
    x = keras.layers.Embedding(VOCABULARY, WIDTH, name="word")(ids)
    attend = keras.ops.cast(mask[:, None, :], "bool")
    for i in range(blocks):
        normed = keras.layers.LayerNormalization(name=f"block_{i}_norm1")(x)
        y = keras.layers.MultiHeadAttention(HEADS, WIDTH // HEADS, dropout=0.1, name=f"block_{i}_attention")(
            normed, normed, attention_mask=attend)
        x = keras.layers.Add(name=f"block_{i}_add1")([x, y])
        y = keras.layers.LayerNormalization(name=f"block_{i}_norm2")(x)
        y = keras.layers.Dense(FFN, activation="gelu", name=f"block_{i}_up")(y)
        y = keras.layers.Dense(WIDTH, name=f"block_{i}_down")(y)
        x = keras.layers.Add(name=f"block_{i}_add2")([x, y])
    x = keras.layers.LayerNormalization(name="final_norm")(x)
    logits = keras.layers.Dense(VOCABULARY, name="logits")(x)
    model = keras.Model([ids, mask], logits)
    rng = np.random.default_rng(3)
    for variable in model.trainable_variables:
        variable.assign(rng.normal(0, 0.3, variable.shape))
    return model


def make_keras(folder):
    import re

    model = keras_model(BLOCKS)
    model.export(os.path.join(folder, "keras"))
    logits = {"same": np.asarray(model([IDS, MASK])).tolist()}
    weights = {w.path: w for w in model.trainable_variables}
    for name, sources in TARGETS.items():
        bigger = keras_model(len(sources))
        for variable in bigger.trainable_variables:
            variable.assign(weights[re.sub(r"^block_(\d+)_", lambda m: f"block_{sources[int(m[1])]}_",
                                           variable.path)])
        logits[name] = np.asarray(bigger([IDS, MASK])).tolist()
    return logits


def make(folder):
    os.makedirs(folder, exist_ok=True)
    expected = {"targets": TARGETS, "module": make_module(folder), "keras": make_keras(folder)}
    with open(os.path.join(folder, "expected.json"), "w") as f:
        json.dump(expected, f)


def logits_of(model):
    """Every way a grown model can be called, with what it answers."""
    ids, mask = tf.constant(IDS), tf.constant(MASK)
    answers = {}
    for name, signature in model.signatures.items():
        answers["signature " + name] = list(signature(ids=ids, mask=mask).values())[0]
    if callable(getattr(model, "__call__", None)) and "_UserObject" in type(model).__name__:
        answers["root"] = model(ids, mask, training=False)
    if hasattr(model, "serve"):
        answer = model.serve([ids, mask]) if hasattr(model, "_all_variables") else model.serve(ids, mask)
        answers["serve"] = answer["logits"] if isinstance(answer, dict) else answer
    return answers


def compare(where, answers, expected):
    assert answers, f"{where}: nothing to call"
    for name, answer in answers.items():
        difference = float(np.abs(np.asarray(answer) - expected).max())
        assert difference <= 1e-5, f"{where}, {name}: differs by {difference}"


def forward(kind, model):
    ids, mask = tf.constant(IDS), tf.constant(MASK)
    return model.serve([ids, mask]) if kind == "keras" else model(ids, mask, training=True)


def check_one(kind, name, path, expected, blocks):
    where = f"{kind} {name}"
    model = tf.saved_model.load(path)
    compare(where, logits_of(model), expected)
    if kind == "module":
        variables = [v for _, v in variables_of(model)]
        # The training function drops out at random, so it only has to run.
        assert np.isfinite(model(tf.constant(IDS), tf.constant(MASK), training=True).numpy()).all()
        assert list(model.signatures) == ["serving_default"], list(model.signatures)
        paths_found = {p for p, _ in variables_of(model)}
        for block in range(blocks):
            assert f"encoder/layer/{block}/attention/query/kernel" in paths_found, (block, paths_found)
        restored = Bert(blocks, seed=9)
        tf.train.Checkpoint(encoder=restored.encoder, word=restored.word).read(
            os.path.join(path, "variables", "variables")).assert_existing_objects_matched()
        assert np.array_equal(restored.encoder.layer[-1].output.kernel,
                              model.encoder.layer[blocks - 1].output.kernel)
    else:
        variables = list(model.variables)
        assert len(variables) == len(model.trainable_variables) + len(model.non_trainable_variables)
        assert len(variables) == 5 + 17 * blocks, len(variables)
    trainable = [v for v in variables if v.trainable]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(forward(kind, model)))
    gradients = tape.gradient(loss, trainable)
    missing = [v.name for v, g in zip(trainable, gradients) if g is None]
    assert not missing, f"{where}: no gradient for {missing}"
    values = [v.numpy() for v in trainable]
    for variable, gradient in zip(trainable, gradients):
        variable.assign_sub(1e-9 * tf.convert_to_tensor(gradient))
    for variable, value in zip(trainable, values):
        variable.assign(value)
    entries = dict(tf.train.list_variables(os.path.join(path, "variables", "variables")))
    assert len(entries) == len(variables) + 1, (len(entries), len(variables))
    reader = tf.train.load_checkpoint(os.path.join(path, "variables", "variables"))
    for key in entries:
        reader.get_tensor(key)
    if name in TAKEN_BACK:
        check_taken_back(kind, where, model, path, expected, entries)
    print("ok", where)


def check_taken_back(kind, where, model, path, expected, entries):
    """Saves the model again, serves it in a session and calls it as a Keras layer."""
    again = path + ".again"
    tf.saved_model.save(model, again, signatures=dict(model.signatures))
    compare(where + " saved again", logits_of(tf.saved_model.load(again)), expected)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        served = tf.compat.v1.saved_model.load(session, ["serve"], path)
        signature = served.signature_def["serving_default"]
        answer = session.run(
            list(signature.outputs.values())[0].name,
            {signature.inputs["ids"].name: IDS, signature.inputs["mask"].name: MASK})
        compare(where + " served", {"session": answer}, expected)
        prefix = session.run(served.saver_def.save_tensor_name,
                             {served.saver_def.filename_tensor_name: os.path.join(again, "session")})
        saved = tf.train.load_checkpoint(prefix.decode())
        assert saved.get_variable_to_shape_map().keys() == entries.keys()
    import keras

    layer = keras.layers.TFSMLayer(path, call_endpoint="serve")
    ids, mask = tf.constant(IDS), tf.constant(MASK)
    answer = layer([ids, mask]) if kind == "keras" else layer(ids, mask=mask)["logits"]
    compare(where + " as a layer", {"TFSMLayer": answer}, expected)


def variables_of(model):
    """The variables of a loaded model by object path, each once."""
    from tensorflow.python.checkpoint import graph_view

    seen = graph_view.ObjectGraphView(model)
    nodes, node_paths = seen.breadth_first_traversal() if hasattr(seen, "breadth_first_traversal") else (
        seen._breadth_first_traversal())
    return [("/".join(step.name for step in node_paths[node]), node)
            for node in nodes if isinstance(node, tf.Variable)]


def check(folder, *names):
    with open(os.path.join(folder, "expected.json")) as f:
        expected = json.load(f)
    checked = 0
    for kind in ("module", "keras"):
        for name, sources in list(expected["targets"].items()):
            path = os.path.join(folder, f"{kind}.{name}")
            if os.path.isdir(path) and (not names or name in names):
                check_one(kind, name, path, np.array(expected[kind][name]), len(sources))
                checked += 1
    assert checked, f"Java wrote nothing to {folder}"
    print(f"{checked} models checked with TensorFlow {tf.__version__}")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
