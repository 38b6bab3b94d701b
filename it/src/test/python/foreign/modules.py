"""Plain `tf.Module`s saved with `tf.saved_model.save`."""

import os
import re
import tempfile

import numpy as np
import tensorflow as tf
from tensorflow.python.distribute.sharded_variable import ShardedVariable

from foreign.exporter import CLASSES, POSITIONS, VOCABULARY, Exporter, numbers, tokens

IDS = tf.TensorSpec([None, None], tf.int32, "input_ids")
MASK = tf.TensorSpec([None, None], tf.int32, "attention_mask")
# Rows of the word embeddings at which a partitioner for three servers cuts.
SLICES = [0, 34, 68, VOCABULARY]


class Dense(tf.Module):
    def __init__(self, n, m, dtype=tf.float32):
        super().__init__()
        self.kernel = tf.Variable(tf.zeros((n, m), dtype), name="kernel")
        self.bias = tf.Variable(tf.zeros((m,), dtype), name="bias")

    def __call__(self, x):
        return tf.einsum("bsi,ij->bsj", x, tf.cast(self.kernel, x.dtype)) + tf.cast(self.bias, x.dtype)


class LayerNorm(tf.Module):
    def __init__(self, n, dtype=tf.float32):
        super().__init__()
        self.gamma = tf.Variable(tf.ones((n,), dtype), name="gamma")
        self.beta = tf.Variable(tf.zeros((n,), dtype), name="beta")

    def __call__(self, x):
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        x = (x - mean) * tf.math.rsqrt(variance + 1e-6)
        return x * tf.cast(self.gamma, x.dtype) + tf.cast(self.beta, x.dtype)


class Attention(tf.Module):
    def __init__(self, sizes, dtype):
        super().__init__()
        self.heads = sizes.heads
        self.query, self.key, self.value, self.output = [
            Dense(sizes.residual, sizes.residual, dtype) for _ in range(4)]

    def __call__(self, x, mask):
        batch, length, width = tf.shape(x)[0], tf.shape(x)[1], x.shape[-1]

        def split(y):
            return tf.transpose(tf.reshape(y, [batch, length, self.heads, width // self.heads]), [0, 2, 1, 3])

        scores = tf.matmul(split(self.query(x)), split(self.key(x)), transpose_b=True)
        weights = tf.nn.softmax(scores * (width // self.heads) ** -0.5 + mask)
        context = tf.transpose(tf.matmul(weights, split(self.value(x))), [0, 2, 1, 3])
        return self.output(tf.reshape(context, [batch, length, width]))


class Block(tf.Module):
    """A pre-norm block."""

    def __init__(self, sizes, dtype):
        super().__init__()
        self.attention_norm = LayerNorm(sizes.residual, dtype)
        self.attention = Attention(sizes, dtype)
        self.ffn_norm = LayerNorm(sizes.residual, dtype)
        self.up = Dense(sizes.residual, sizes.ffn, dtype)
        self.down = Dense(sizes.ffn, sizes.residual, dtype)

    def __call__(self, x, mask):
        x = x + self.attention(self.attention_norm(x), mask)
        return x + self.down(tf.nn.gelu(self.up(self.ffn_norm(x))))


class Encoder(tf.Module):
    def __init__(self, sizes, dtype=tf.float32, word=None):
        super().__init__()
        self.word = word if word is not None else tf.Variable(
            tf.zeros((VOCABULARY, sizes.residual), dtype), name="word")
        self.position = tf.Variable(tf.zeros((POSITIONS, sizes.residual), dtype), name="position")
        self.layers = [Block(sizes, dtype) for _ in range(sizes.blocks)]
        self.norm = LayerNorm(sizes.residual, dtype)

    def __call__(self, ids, mask):
        word = tf.nn.embedding_lookup(self.word, ids)
        x = tf.cast(word + self.position[: tf.shape(ids)[1]], tf.float32)
        bias = (1.0 - tf.cast(mask, tf.float32)[:, None, None, :]) * -1e9
        for layer in self.layers:
            x = layer(x, bias)
        return self.norm(x)


class LanguageModel(tf.Module):
    """An encoder and a head with weights of its own."""

    def __init__(self, sizes, dtype=tf.float32, word=None):
        super().__init__()
        self.encoder = Encoder(sizes, dtype, word)
        self.head = Dense(sizes.residual, VOCABULARY, dtype)

    @tf.function(input_signature=[IDS, MASK])
    def __call__(self, input_ids, attention_mask):
        return self.head(self.encoder(input_ids, attention_mask))

    @tf.function(input_signature=[IDS, MASK])
    def serve(self, input_ids, attention_mask):
        return {"logits": self(input_ids, attention_mask)}


class ModuleExporter(Exporter):
    block = re.compile(r"(?<=layers/)(\d+)")

    def build(self, sizes):
        return LanguageModel(sizes)

    def signatures(self, network):
        return {"serving_default": network.serve}

    def save(self, network, path):
        tf.saved_model.save(network, path, signatures=self.signatures(network))

    def outputs(self, network, inputs):
        inputs = {name: tf.constant(value) for name, value in inputs.items()}
        answers = {}
        for name, signature in self.signatures(network).items():
            takes = [spec.name for spec in signature.input_signature]
            answers[name] = {output: value.numpy() for output, value in signature(
                *[inputs[argument] for argument in takes]).items()}
        return answers

    def variables(self, network):
        flat = network._flatten(predicate=lambda v: isinstance(v, tf.Variable), with_path=True)
        return {"/".join(map(str, path)): variable for path, variable in flat}


class TrainStep(LanguageModel):
    """Holds its own optimizer, as published training code of tf.Modules does."""

    def __init__(self, sizes):
        super().__init__(sizes)
        self.iterations = tf.Variable(0, trainable=False, dtype=tf.int64, name="iterations")
        self.momentums = [tf.Variable(tf.zeros_like(v), trainable=False, name="momentum")
                          for v in self.trainable_variables]

    @tf.function(input_signature=[IDS, MASK, tf.TensorSpec([None, None], tf.int32, "labels")])
    def train_step(self, input_ids, attention_mask, labels):
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, self(input_ids, attention_mask))
            loss = tf.reduce_mean(losses)
        variables = self.trainable_variables
        for variable, momentum, gradient in zip(variables, self.momentums, tape.gradient(loss, variables)):
            momentum.assign(0.9 * momentum + tf.convert_to_tensor(gradient))
            variable.assign_sub(0.01 * momentum)
        self.iterations.assign_add(1)
        return {"loss": loss}


class WithTrainStep(ModuleExporter):
    name = "tf-module"

    def build(self, sizes):
        return TrainStep(sizes)

    def variables(self, network):
        # The optimizer is the old network's: a train step that is dropped leaves it behind.
        return {name: v for name, v in super().variables(network).items()
                if not name.startswith(("momentums", "iterations"))}

    def restore(self, network, prefix):
        checkpoint = tf.train.Checkpoint(encoder=network.encoder, head=network.head)
        checkpoint.read(prefix).assert_existing_objects_matched()

    def save(self, network, path):
        tf.saved_model.save(network, path, signatures={
            "serving_default": network.serve, "train_step": network.train_step})


class Lookup(LanguageModel):
    """Takes words as strings, through a table whose vocabulary is an asset."""

    def __init__(self, sizes, vocabulary):
        super().__init__(sizes)
        self.table = tf.lookup.StaticVocabularyTable(
            tf.lookup.TextFileInitializer(
                vocabulary, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE,
                tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), 1)

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.string, "words")])
    def serve_words(self, words):
        ids = tf.cast(self.table.lookup(words), tf.int32)
        return {"logits": self(ids, tf.cast(tf.not_equal(words, ""), tf.int32))}


class WithLookup(ModuleExporter):
    name = "tf-lookup"

    def build(self, sizes):
        vocabulary = os.path.join(tempfile.mkdtemp(), "vocabulary.txt")
        with open(vocabulary, "w") as f:
            f.write("".join(f"word{i}\n" for i in range(VOCABULARY - 1)))
        return Lookup(sizes, vocabulary)

    def signatures(self, network):
        return {"serving_default": network.serve, "words": network.serve_words}

    def inputs(self):
        named = tokens()
        words = np.array([[f"word{i}" for i in row] for row in named["input_ids"]], object)
        words[0, 0], words[1, 10:] = "unheard-of", ""
        return {**named, "words": words.astype("S")}


class ManySignatures(LanguageModel):
    def __init__(self, sizes):
        super().__init__(sizes)
        self.classes = Dense(sizes.residual, CLASSES)
        self.scale = tf.Variable(2.0, name="scale")

    @tf.function(input_signature=[IDS, MASK])
    def encode(self, input_ids, attention_mask):
        return {"hidden": self.encoder(input_ids, attention_mask)}

    @tf.function(input_signature=[IDS])
    def classify(self, input_ids):
        hidden = self.encoder(input_ids, tf.ones_like(input_ids))
        return {"classes": tf.nn.softmax(self.classes(hidden)[:, 0]), "hidden": hidden[:, 0]}

    @tf.function(input_signature=[IDS, MASK])
    def score(self, input_ids, attention_mask):
        taken = tf.math.log_softmax(self(input_ids, attention_mask))
        one_hot = tf.one_hot(input_ids, VOCABULARY)
        return {"score": self.scale * tf.reduce_sum(taken * one_hot, [1, 2])}

    @tf.function(input_signature=[IDS])
    def lengths(self, input_ids):
        return {"lengths": tf.math.count_nonzero(input_ids, 1)}


class WithManySignatures(ModuleExporter):
    name = "many-signatures"

    def build(self, sizes):
        return ManySignatures(sizes)

    def signatures(self, network):
        return {"serving_default": network.serve, "encode": network.encode, "classify": network.classify,
                "score": network.score, "lengths": network.lengths}


class BFloat16(ModuleExporter):
    name = "bfloat16-weights"

    def build(self, sizes):
        return LanguageModel(sizes, tf.bfloat16)


class Float16(ModuleExporter):
    name = "float16-weights"

    def build(self, sizes):
        return LanguageModel(sizes, tf.float16)


class Sharded(ModuleExporter):
    """The word embeddings are cut into three slices, as a parameter server's partitioner does."""

    name = "sharded"

    def build(self, sizes):
        starts = SLICES
        return LanguageModel(sizes, word=ShardedVariable(
            [tf.Variable(tf.zeros((end - start, sizes.residual)), name=f"word/part_{i}")
             for i, (start, end) in enumerate(zip(starts, starts[1:]))], name="word"))

    def variables(self, network):
        word = network.encoder.word
        slices = {f"encoder/word/part_{i}": v for i, v in enumerate(word.variables)}
        named = {name: v for name, v in super().variables(network).items() if "word" not in name}
        return {**named, **slices}

    def values(self, stored, keys):
        whole = stored["encoder/word/.ATTRIBUTES/VARIABLE_VALUE"]
        slices = {f"encoder/word/part_{i}": whole[start:end] for i, (start, end) in enumerate(zip(SLICES, SLICES[1:]))}
        return {**super().values(stored, keys), **slices}


class Scan(LanguageModel):
    """The blocks are one loop over weights with a leading axis of blocks."""

    def __init__(self, sizes):
        tf.Module.__init__(self)
        n, m, l = sizes.residual, sizes.ffn, sizes.blocks
        self.word = tf.Variable(tf.zeros((VOCABULARY, n)), name="word")
        self.up = tf.Variable(tf.zeros((l, n, m)), name="up")
        self.down = tf.Variable(tf.zeros((l, m, n)), name="down")
        self.query_key_value = tf.Variable(tf.zeros((l, n, 3 * n)), name="query_key_value")
        self.head = Dense(n, VOCABULARY)

    @tf.function(input_signature=[IDS, MASK])
    def __call__(self, input_ids, attention_mask):
        x = tf.nn.embedding_lookup(self.word, input_ids)
        bias = (1.0 - tf.cast(attention_mask, tf.float32)[:, None, :]) * -1e9

        def block(i, x):
            query, key, value = tf.split(tf.einsum("bsi,ij->bsj", x, self.query_key_value[i]), 3, axis=-1)
            weights = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) + bias)
            x = x + tf.matmul(weights, value)
            hidden = tf.nn.relu(tf.einsum("bsi,ij->bsj", x, self.up[i]))
            return i + 1, x + tf.einsum("bsi,ij->bsj", hidden, self.down[i])

        _, x = tf.while_loop(lambda i, x: i < self.up.shape[0], block, [tf.constant(0), x])
        return self.head(x)


class WithScan(ModuleExporter):
    name = "scan"

    def build(self, sizes):
        return Scan(sizes)


EXPORTERS = [WithTrainStep(), WithLookup(), WithManySignatures(), BFloat16(), Float16(), Sharded(), WithScan()]
