"""Computes BERT, GPT-2 and ViT in NumPy from the papers' formulas and compares SavedModels with that.

    family_reference.py --heads N [--activation gelu|gelu_tanh] [--epsilon E] DIR...

The numbers come from the checkpoint, by object path, and are then blown up in both, so that biases
and norms matter. Logits of the root and of the serving signature must agree with NumPy's to 1e-5
(float32) or 1e-10 (float64), relative to the largest. Prints one line for each model.
"""

import argparse
import os
import re

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf

SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


def erf(x):
    return tf.math.erf(tf.constant(x, tf.float64)).numpy()


def gelu(x):
    """x * Phi(x), Hendrycks and Gimpel (2016)."""
    return x * 0.5 * (1.0 + erf(x / np.sqrt(2.0)))


def gelu_tanh(x):
    """The approximation of the same paper, as GPT-2's code has it."""
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class Network:
    """Weights by object path, and the layers both families share; everything in float64."""

    def __init__(self, directory, heads, activation, epsilon):
        reader = tf.train.load_checkpoint(os.path.join(directory, "variables", "variables"))
        self.weights = {
            key[: -len(SUFFIX)]: reader.get_tensor(key).astype(np.float64)
            for key in reader.get_variable_to_shape_map()
            if key.endswith(SUFFIX)
        }
        numbers = [re.search(r"/layer/(\d+)/", path) for path in self.weights]
        self.blocks = 1 + max(int(n.group(1)) for n in numbers if n)
        self.heads = heads
        self.activation = {"gelu": gelu, "gelu_tanh": gelu_tanh}[activation]
        self.epsilon = epsilon

    def head_matrix(self):
        """[width, tokens]: the token table, unless the head has a matrix of its own."""
        own = self.weights.get("head/kernel")
        return self.weights["embeddings/word/table"].T if own is None else own

    def dense(self, path, x):
        return x @ self.weights[path + "/kernel"] + self.weights[path + "/bias"]

    def norm(self, path, x):
        mean = x.mean(axis=-1, keepdims=True)
        variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
        normed = (x - mean) / np.sqrt(variance + self.epsilon)
        return normed * self.weights[path + "/scale"] + self.weights[path + "/offset"]

    def split(self, x):
        """[batch, length, heads * size] to [batch, heads, length, size]."""
        batch, length, width = x.shape
        return x.reshape(batch, length, self.heads, width // self.heads).transpose(0, 2, 1, 3)

    def attention(self, path, x, visible):
        """Vaswani et al. (2017), section 3.2; visible broadcasts to [batch, heads, from, to]."""
        query, key, value = (self.split(self.dense(f"{path}/{n}", x)) for n in ("query", "key", "value"))
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(query.shape[-1])
        weights = softmax(np.where(visible, scores, -np.inf))
        context = (weights @ value).transpose(0, 2, 1, 3)
        return self.dense(path + "/output", context.reshape(*context.shape[:2], -1))

    def feed_forward(self, path, x):
        return self.dense(path + "/output", self.activation(self.dense(path + "/input", x)))


class Bert(Network):
    """Devlin et al. (2018): y = LN(x + f(x)), head = tied decoder over LN(act(dense(x)))."""

    def logits(self, input_ids, attention_mask, token_type_ids):
        tables = [self.weights[f"embeddings/{n}/table"] for n in ("word", "position", "type")]
        x = tables[0][input_ids] + tables[1][: input_ids.shape[1]] + tables[2][token_type_ids]
        x = self.norm("embeddings/norm", x)
        visible = attention_mask[:, None, None, :] == 1
        for block in range(self.blocks):
            path = f"encoder/layer/{block}"
            attended = x + self.attention(path + "/attention", x, visible)
            x = self.norm(path + "/attention/norm", attended)
            x = self.norm(path + "/ffn/norm", x + self.feed_forward(path + "/ffn", x))
        self.pooled = "pooler/kernel" in self.weights and np.tanh(self.dense("pooler", x[:, 0]))
        x = self.norm("head/norm", self.activation(self.dense("head/transform", x)))
        return x @ self.head_matrix() + self.weights["head/bias"]


class Gpt(Network):
    """Radford et al. (2019): x + f(LN(x)), a last norm, tied decoder."""

    def logits(self, input_ids):
        table = self.weights["embeddings/word/table"]
        length = input_ids.shape[1]
        x = table[input_ids] + self.weights["embeddings/position/table"][:length]
        visible = np.tril(np.ones((length, length), bool))
        for block in range(self.blocks):
            path = f"decoder/layer/{block}"
            normed = self.norm(path + "/attention/norm", x)
            x = x + self.attention(path + "/attention", normed, visible)
            x = x + self.feed_forward(path + "/ffn", self.norm(path + "/ffn/norm", x))
        return self.norm("final/norm", x) @ self.head_matrix()


class Vit(Network):
    """Dosovitskiy et al. (2021): patches, class token, GPT-2's order of norms, a linear classifier."""

    def logits(self, images):
        kernel = self.weights["embeddings/patch/kernel"]
        patch, channels, width = kernel.shape[0], kernel.shape[2], kernel.shape[3]
        batch, size = images.shape[0], images.shape[1]
        side = size // patch
        cut = images.reshape(batch, side, patch, side, patch, channels).transpose(0, 1, 3, 2, 4, 5)
        patches = cut.reshape(batch, side * side, -1) @ kernel.reshape(-1, width)
        patches = patches + self.weights["embeddings/patch/bias"]
        first = np.broadcast_to(self.weights["embeddings/class/token"], (batch, 1, width))
        x = np.concatenate([first, patches], axis=1) + self.weights["embeddings/position/table"]
        for block in range(self.blocks):
            path = f"encoder/layer/{block}"
            normed = self.norm(path + "/attention/norm", x)
            x = x + self.attention(path + "/attention", normed, True)
            x = x + self.feed_forward(path + "/ffn", self.norm(path + "/ffn/norm", x))
        return self.dense("head", self.norm("final/norm", x)[:, 0])


def text(network, random, batch, length):
    """Token ids and, for BERT, a mask that hides the end of the last sequence, and token types."""
    ids = random.integers(0, network.weights["embeddings/word/table"].shape[0], (batch, length))
    if not isinstance(network, Bert):
        return {"input_ids": ids.astype(np.int32)}
    mask = np.ones((batch, length), np.int32)
    mask[-1, (length + 1) // 2 :] = 0
    types = random.integers(0, 2, (batch, length))
    values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
    return {name: value.astype(np.int32) for name, value in values.items()}


def images(model, random, batch):
    spec = model.signatures["serving_default"].structured_input_signature[1]["images"]
    pixels = random.normal(0, 1, (batch, *spec.shape[1:]))
    return {"images": pixels.astype(spec.dtype.as_numpy_dtype)}


def compare(directory, options):
    model = tf.saved_model.load(directory)
    # Blown up, so that no term of a formula drowns in rounding and biases and norms matter.
    random = np.random.default_rng(1)
    inputs = sorted(model.signatures["serving_default"].structured_input_signature[1])
    family = Vit if "images" in inputs else Bert if "token_type_ids" in inputs else Gpt
    epsilon = options.epsilon or {Vit: 1e-6, Bert: 1e-12, Gpt: 1e-5}[family]
    network = family(directory, options.heads, options.activation, epsilon)
    with_values = {v.name: v for v in model.variables}
    for path, value in network.weights.items():
        value = value * (5 if value.ndim >= 2 else 1) + random.normal(0, 0.1, value.shape)
        variable = with_values[path.replace("/layer/", "/layer_") + ":0"]
        variable.assign(value.astype(variable.dtype.as_numpy_dtype))
        network.weights[path] = variable.numpy().astype(np.float64)

    dtype = model.variables[0].dtype.name
    worst = 0.0
    for batch, length in ((1, 1), (3, 9), (2, 5)):
        values = images(model, random, batch) if family is Vit else text(network, random, batch, length)
        expected = {"logits": network.logits(*values.values())}
        if family is Bert and network.pooled is not False:
            expected["pooled"] = network.pooled
        tensors = {name: tf.constant(value) for name, value in values.items()}
        signature = model.signatures["serving_default"](**tensors)
        called = model(*tensors.values())
        for actual in (called if len(expected) > 1 else {"logits": called}, signature):
            if sorted(actual) != sorted(expected):
                raise SystemExit(f"FAILED: {directory}: gives {sorted(actual)}")
            for name, numbers in expected.items():
                if actual[name].dtype.name != dtype or actual[name].shape != numbers.shape:
                    raise SystemExit(f"FAILED: {directory}: {name} is {actual[name]}")
                scale = max(1.0, np.abs(numbers).max())
                worst = max(worst, float(np.abs(actual[name].numpy() - numbers).max() / scale))
    print(f"{directory}: {family.__name__}, {network.blocks} blocks, {dtype}: {worst:.3g}")
    if not worst <= TOLERANCE[dtype]:
        raise SystemExit(f"FAILED: {directory}: logits differ from NumPy's by {worst}")


def check_stacked(grown, small):
    """Each tensor of the grown model is that of the small one, block by block."""
    old, new = (tf.train.load_checkpoint(d + "/variables/variables") for d in (small, grown))
    keys = " ".join(old.get_variable_to_shape_map())
    blocks = 1 + max(int(block) for block in re.findall("/layer/([0-9]+)/", keys))
    compared = 0
    for key in new.get_variable_to_shape_map():
        if key.startswith("_"):
            continue
        source = re.sub("/layer/([0-9]+)/", lambda m: f"/layer/{int(m[1]) % blocks}/", key)
        if not np.array_equal(new.get_tensor(key), old.get_tensor(source)):
            raise SystemExit(f"FAILED: {grown}: {key} is not {source} of {small}")
        compared += 1
    print(f"{grown}: {compared} tensors stacked from {blocks} blocks")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stacked-from", help="the model that all directories were stacked from")
    parser.add_argument("directories", nargs="+")
    parser.add_argument("--heads", type=int, required=True)
    parser.add_argument("--activation", choices=("gelu", "gelu_tanh"), default="gelu")
    parser.add_argument("--epsilon", type=float, help="default: as the family's paper")
    options = parser.parse_args()
    for directory in options.directories:
        compare(directory, options)
        if options.stacked_from:
            check_stacked(directory, options.stacked_from)


if __name__ == "__main__":
    main()
