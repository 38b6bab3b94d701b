"""Times one training step of a Keras 3 transformer: the yardstick for our own training step.

Usage: keras_step.py [--jit on|off] [--steps N] [--warmup N] [--attention fused|layer] [--head full|masked]
           [--precision full|mixed_bfloat16]

The network is that of our family gpt: pre-norm blocks, causal mask, exact GELU, tied head, logits at every
position, or at 15 in 100 of them, which are gathered before the last norm and the head, dropout, AdamW with decoupled weight decay and a global-norm clip of 1.0, float32. Prints one JSON
line with the median, the fastest and every step in milliseconds.
"""

import argparse
import json
import os
import statistics
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


class Attention(layers.Layer):
    """Self-attention with one kernel for query, key and value: the fastest form Keras expresses."""

    def __init__(self, heads, dropout, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads
        self.drop = layers.Dropout(dropout)

    def build(self, shape):
        width = shape[-1]
        self.qkv = layers.Dense(3 * width)
        self.qkv.build(shape)
        self.out = layers.Dense(width)
        self.out.build(shape)
        super().build(shape)

    def call(self, x, mask, training=None):
        batch, length, width = x.shape
        size = width // self.heads
        qkv = ops.reshape(self.qkv(x), (batch, length, 3, self.heads, size))
        q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)), axis=0)
        scores = ops.matmul(q * size**-0.5, ops.transpose(k, (0, 1, 3, 2))) + mask
        weights = self.drop(ops.softmax(scores), training=training)
        context = ops.transpose(ops.matmul(weights, v), (0, 2, 1, 3))
        return self.out(ops.reshape(context, (batch, length, width)))


class LibraryAttention(layers.Layer):
    """keras.layers.MultiHeadAttention."""

    def __init__(self, heads, dropout, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads
        self.dropout = dropout

    def build(self, shape):
        self.inner = layers.MultiHeadAttention(
            self.heads, shape[-1] // self.heads, dropout=self.dropout
        )
        self.inner.build(shape, shape)
        super().build(shape)

    def call(self, x, mask, training=None):
        return self.inner(x, x, attention_mask=ops.equal(mask, 0.0)[None], training=training)


class Block(layers.Layer):
    def __init__(self, attention, heads, ffn, dropout, **kwargs):
        super().__init__(**kwargs)
        self.attention = attention(heads, dropout)
        self.attention_drop = layers.Dropout(dropout)
        self.attention_norm = layers.LayerNormalization(epsilon=1e-5)
        self.ffn = ffn
        self.ffn_drop = layers.Dropout(dropout)
        self.ffn_norm = layers.LayerNormalization(epsilon=1e-5)

    def build(self, shape):
        self.attention.build(shape)
        self.attention_norm.build(shape)
        self.wide = layers.Dense(self.ffn)
        self.wide.build(shape)
        self.narrow = layers.Dense(shape[-1])
        self.narrow.build((*shape[:-1], self.ffn))
        self.ffn_norm.build(shape)
        super().build(shape)

    def call(self, x, mask, training=None):
        attended = self.attention(self.attention_norm(x), mask, training=training)
        x = x + self.attention_drop(attended, training=training)
        fed = self.narrow(ops.gelu(self.wide(self.ffn_norm(x)), approximate=False))
        return x + self.ffn_drop(fed, training=training)


class Transformer(keras.Model):
    def __init__(self, args):
        super().__init__()
        self.args = args
        attention = Attention if args.attention == "fused" else LibraryAttention
        self.words = layers.Embedding(args.vocabulary, args.width)
        self.places = layers.Embedding(args.length, args.width)
        self.norm = layers.LayerNormalization(epsilon=1e-5)
        self.drop = layers.Dropout(args.dropout)
        self.blocks = [
            Block(attention, args.heads, 4 * args.width, args.dropout) for _ in range(args.blocks)
        ]

    def build(self, _):
        shape = (self.args.batch, self.args.length, self.args.width)
        self.words.build((self.args.batch, self.args.length))
        self.places.build((self.args.length,))
        self.norm.build(shape)
        for block in self.blocks:
            block.build(shape)
        self.built = True

    def call(self, inputs, training=None):
        ids, chosen = inputs if self.args.head == "masked" else (inputs, None)
        places = ops.arange(self.args.length)
        mask = ops.where(places[:, None] >= places[None, :], 0.0, -1e9)
        x = self.drop(self.words(ids) + self.places(places), training=training)
        for block in self.blocks:
            x = block(x, mask, training=training)
        if chosen is not None:
            x = ops.take(ops.reshape(x, (-1, self.args.width)), chosen, axis=0)
        return ops.matmul(self.norm(x), ops.transpose(self.words.embeddings))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jit", choices=("on", "off"), default="off")
    parser.add_argument("--attention", choices=("fused", "layer"), default="fused")
    parser.add_argument("--head", choices=("full", "masked"), default="full")
    parser.add_argument("--precision", choices=("full", "mixed_bfloat16"), default="full")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warmup", type=int, default=5)
    parser.add_argument("--blocks", type=int, default=4)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--vocabulary", type=int, default=8192)
    parser.add_argument("--dropout", type=float, default=0.1)
    args = parser.parse_args()

    keras.utils.set_random_seed(7)
    if args.precision != "full":
        keras.config.set_dtype_policy(args.precision)
    model = Transformer(args)
    model.compile(
        optimizer=keras.optimizers.AdamW(1e-4, weight_decay=0.01, global_clipnorm=1.0),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=args.jit == "on",
    )
    random = np.random.default_rng(7)
    shape = (args.batch, args.length)
    ids = tf.constant(random.integers(0, args.vocabulary, shape), tf.int32)
    labels = random.integers(0, args.vocabulary, shape)
    inputs = ids
    if args.head == "masked":
        # The positions that StepTiming chooses.
        chosen = np.flatnonzero(np.arange(labels.size) * 19 % 100 < 15)
        inputs, labels = (ids, tf.constant(chosen, tf.int32)), labels.ravel()[chosen]
    labels = tf.constant(labels, tf.int32)

    times, cpu, losses = [], [], []
    for _ in range(args.warmup + args.steps):
        start, busy = time.perf_counter(), time.process_time()
        losses.append(float(model.train_on_batch(inputs, labels)))
        times.append(1e3 * (time.perf_counter() - start))
        cpu.append(1e3 * (time.process_time() - busy))
    timed = times[args.warmup :]
    print(
        json.dumps(
            {
                "what": f"keras jit {args.jit}",
                "tensorflow": tf.__version__,
                "keras": keras.__version__,
                "median_ms": round(statistics.median(timed), 1),
                "fastest_ms": round(min(timed), 1),
                "cpu_median_ms": round(statistics.median(cpu[args.warmup :]), 1),
                "cpu_fastest_ms": round(min(cpu[args.warmup :]), 1),
                "first_ms": round(times[0], 1),
                "first_loss": losses[0],
                "last_loss": losses[-1],
                "ms": [round(t, 1) for t in timed],
            }
        )
    )


if __name__ == "__main__":
    main()
