"""Models of Keras 3, tf_keras and KerasHub, saved as each library documents."""

import re

import keras
import numpy as np
import tensorflow as tf

from foreign.exporter import POSITIONS, VOCABULARY, Exporter, tokens


def functional(k, sizes, positions):
    """A functional transformer; k is keras or tf_keras."""
    ids = k.Input((None,), dtype="int32", name="input_ids")
    mask = k.Input((None,), dtype="int32", name="attention_mask")
    x = k.layers.Embedding(VOCABULARY, sizes.residual, name="word")(ids)
    x = positions(x)
    attend = k.layers.Reshape((1, -1), name="attend")(mask)
    for i in range(sizes.blocks):
        normed = k.layers.LayerNormalization(name=f"block_{i}_attention_norm")(x)
        y = k.layers.MultiHeadAttention(
            sizes.heads, sizes.residual // sizes.heads, dropout=0.1, name=f"block_{i}_attention")(
            normed, normed, attention_mask=attend)
        x = k.layers.Add(name=f"block_{i}_attention_add")([x, y])
        y = k.layers.LayerNormalization(name=f"block_{i}_ffn_norm")(x)
        y = k.layers.Dense(sizes.ffn, activation="gelu", name=f"block_{i}_up")(y)
        y = k.layers.Dense(sizes.residual, name=f"block_{i}_down")(y)
        x = k.layers.Add(name=f"block_{i}_ffn_add")([x, y])
    x = k.layers.LayerNormalization(name="final_norm")(x)
    return k.Model([ids, mask], k.layers.Dense(VOCABULARY, name="logits")(x), name="transformer")


class Keras3Export(Exporter):
    name = "keras3-export"
    block = re.compile(r"(?<=block_)(\d+)")
    signatures = ("serve", "serving_default")
    # The checkpoint is that of an export archive.
    restorable = False

    def build(self, sizes):
        return functional(keras, sizes, lambda x: x)

    def save(self, network, path):
        network.export(path, verbose=False)

    def outputs(self, network, inputs):
        named = {"output_0": np.asarray(network([inputs["input_ids"], inputs["attention_mask"]], training=False))}
        return {name: named for name in self.signatures}

    def variables(self, network):
        return {v.path: v for v in network.weights}


class Keras3Saved(Keras3Export):
    name = "keras3-saved"
    restorable = True
    signatures = ("serving_default",)

    def save(self, network, path):
        tf.saved_model.save(network, path)


class TfKerasFunctional(Exporter):
    name = "tfkeras-functional"
    block = re.compile(r"(?<=block_)(\d+)")

    def build(self, sizes):
        import tf_keras

        class Positions(tf_keras.layers.Layer):
            def build(self, shape):
                self.table = self.add_weight("table", (POSITIONS, shape[-1]))

            def call(self, x):
                return x + self.table[: tf.shape(x)[1]]

        return functional(tf_keras, sizes, Positions(name="positions"))

    def save(self, network, path):
        network.save(path, save_format="tf")

    def outputs(self, network, inputs):
        answer = network([inputs["input_ids"], inputs["attention_mask"]], training=False)
        return {"serving_default": {"logits": np.asarray(answer)}}

    def variables(self, network):
        return {v.name.removesuffix(":0"): v for v in network.variables}


class KerasHubBert(Exporter):
    """A backbone with a head of its own on every token."""

    name = "kerashub-bert"
    block = re.compile(r"(?<=transformer_layer_)(\d+)")
    restorable = False

    def build(self, sizes):
        import keras_hub

        backbone = keras_hub.models.BertBackbone(
            vocabulary_size=VOCABULARY, num_layers=sizes.blocks, num_heads=sizes.heads,
            hidden_dim=sizes.residual, intermediate_dim=sizes.ffn, max_sequence_length=POSITIONS)
        head = keras.layers.Dense(VOCABULARY, name="logits")
        return keras.Model(backbone.input, head(backbone.output["sequence_output"]))

    def inputs(self):
        named = tokens()
        return {"token_ids": named["input_ids"], "padding_mask": named["attention_mask"],
                "segment_ids": np.repeat([[0] * 5 + [1] * 7], 2, axis=0).astype(np.int32)}

    def save(self, network, path):
        network.export(path, verbose=False)

    def outputs(self, network, inputs):
        named = {"output_0": np.asarray(network(inputs, training=False))}
        return {"serve": named, "serving_default": named}

    def variables(self, network):
        return {v.path: v for v in network.weights}


class KerasHubGpt2(KerasHubBert):
    """The library's own task, whose head is tied to the embeddings."""

    name = "kerashub-gpt2"

    def build(self, sizes):
        import keras_hub

        backbone = keras_hub.models.GPT2Backbone(
            vocabulary_size=VOCABULARY, num_layers=sizes.blocks, num_heads=sizes.heads,
            hidden_dim=sizes.residual, intermediate_dim=sizes.ffn, max_sequence_length=POSITIONS)
        return keras_hub.models.GPT2CausalLM(backbone, preprocessor=None)

    def inputs(self):
        named = tokens()
        return {"token_ids": named["input_ids"], "padding_mask": named["attention_mask"]}


EXPORTERS = [Keras3Export(), Keras3Saved(), TfKerasFunctional(), KerasHubBert(), KerasHubGpt2()]
