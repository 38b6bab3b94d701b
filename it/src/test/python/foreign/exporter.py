"""What every exporter of the table has in common."""

import json
import os
import re
import shutil
import zlib
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

VOCABULARY = 101
POSITIONS = 40
CLASSES = 7
TOKENS = (2, 12)


@dataclass(frozen=True)
class Sizes:
    """The sizes that growth changes. No two dimensions of a fixture are equal."""

    blocks: int = 3
    residual: int = 32
    heads: int = 4
    ffn: int = 64


SMALL = Sizes()
WIDE = Sizes(residual=64, heads=8, ffn=128)


class Exporter:
    """Builds a network of any size in Python, and saves it as this exporter's users do."""

    name = ""
    # Where the number of the block stands in the name of a variable.
    block = re.compile(r"(?<=layer_\._)(\d+)")
    # Whether the network, in Python, takes the SavedModel's checkpoint by object path.
    restorable = True
    # Whether to save grown models again, which takes Python a minute for those of hundreds of traced layers.
    saved_again = True
    # The outputs that growth which keeps the function keeps; hidden states grow wider.
    preserved = ("logits", "output_0")

    def build(self, sizes):
        """The network, with variables."""
        raise NotImplementedError

    def save(self, network, path):
        """Writes the SavedModel."""
        raise NotImplementedError

    def inputs(self):
        """Example inputs by argument name of the signatures."""
        return tokens()

    def fed(self, ids):
        """The inputs with these tokens, [batch, sequence], none of them padding."""
        zeros = ("token_type_ids", "segment_ids")
        return {name: ids if name in ("input_ids", "token_ids") else np.full_like(ids, name not in zeros)
                for name in self.inputs()}

    def outputs(self, network, inputs):
        """What the network answers, by signature and then by output."""
        raise NotImplementedError

    def variables(self, network):
        """The variables that growth maps, by a name in which `block` finds the block."""
        return {variable.name.split("/", 1)[-1].removesuffix(":0"): variable for variable in network.variables}

    def values(self, stored, keys):
        """The numbers by name of the variable, from the checkpoint's by key."""
        return {name: stored[found[0]] for name, found in keys.items() if found}

    def restore(self, network, prefix):
        """Restores a checkpoint by object path; every variable of the network must be there."""
        # Like restore, which also asks for a count of saves, and no SavedModel has one.
        tf.train.Checkpoint(network).read(prefix).assert_existing_objects_matched()

    def made(self, sizes):
        """The network with numbers that depend on the variables' names alone, no two variables equal."""
        network = self.build(sizes)
        for name, variable in self.variables(network).items():
            if variable.dtype in (tf.float32, "float32", tf.bfloat16, tf.float16, "bfloat16", "float16"):
                variable.assign(numbers(name, variable.shape).astype(tf.as_dtype(variable.dtype).as_numpy_dtype))
        return network

    def write(self, folder, sizes):
        """Writes model/, inputs.npz, outputs.npz and variables.json to a folder."""
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        network = self.made(sizes)
        inputs = self.inputs()
        outputs = self.outputs(network, inputs)
        model = os.path.join(folder, "model")
        self.save(network, model)
        np.savez(os.path.join(folder, "inputs.npz"), **inputs)
        np.savez(os.path.join(folder, "outputs.npz"), **{
            output if signature == "serving_default" else f"{signature}:{output}": value
            for signature, named in outputs.items() for output, value in named.items()})
        with open(os.path.join(folder, "variables.json"), "w") as f:
            json.dump(keys_by_value(self.variables(network), model), f, indent=1)
        return network


def tokens():
    """Two rows of tokens, the second padded."""
    rng = np.random.default_rng(11)
    ids = rng.integers(5, VOCABULARY, TOKENS).astype(np.int32)
    mask = np.ones(TOKENS, np.int32)
    mask[1, 9:] = 0
    return {"input_ids": ids * mask, "attention_mask": mask}


def numbers(name, shape):
    """Random numbers that keep a deep network's activations near one."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    values = rng.normal(0, 1, tuple(shape)).astype(np.float32)
    if len(shape) > 1:
        return values * np.float32(0.15)
    scale = re.search(r"gamma|norm.*(weight|scale)", name.lower())
    return values * np.float32(0.1) + np.float32(1 if scale else 0)


def keys_by_value(variables, model):
    """The checkpoint keys of each variable, which the numbers tell as no two variables have the same."""
    reader = tf.train.load_checkpoint(os.path.join(model, "variables", "variables"))
    keys = {}
    for key in reader.get_variable_to_shape_map():
        if key != "_CHECKPOINTABLE_OBJECT_GRAPH":
            keys.setdefault(fingerprint(reader.get_tensor(key)), []).append(key)
    return {name: sorted(keys.get(fingerprint(value_of(v)), [])) for name, v in variables.items()}


def value_of(variable):
    return np.asarray(variable.numpy() if hasattr(variable, "numpy") else variable)


def fingerprint(value):
    value = np.asarray(value)
    return f"{value.dtype}{value.shape}{zlib.crc32(value.tobytes())}"
