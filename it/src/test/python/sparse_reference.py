"""Checks a sparse re-allocation against NumPy, written from the formulas alone.

    sparse_reference.py BEFORE AFTER --sparsity S --block B --prune P --update K --updates N

BEFORE is a sparse SavedModel of a family, AFTER what sparse-reallocate made of it. Both are loaded
with TensorFlow and must hold plain zeros where their masks say so. Scores, counts and the pruned
blocks are recomputed; grown blocks must lie outside of what was in use before.
"""

import argparse
import math
import os
import re
import struct
from fractions import Fraction

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf


def check(condition, message):
    if not condition:
        raise SystemExit("FAILED: " + message)


def read_masks(model):
    """The masks by parameter, as arrays of bool, a block an element."""
    with open(os.path.join(model, "assets.extra/espalier/masks.bin"), "rb") as file:
        content = file.read()
    check(content[:8] == b"ESPMASK1", "magic")
    (count,) = struct.unpack_from("<i", content, 8)
    at, masks = 12, {}
    for _ in range(count):
        (length,) = struct.unpack_from("<i", content, at)
        name = content[at + 4 : at + 4 + length].decode()
        at += 4 + length
        rows, columns, block, active = struct.unpack_from("<qqii", content, at)
        at += 24
        blocks = (rows // block) * (columns // block)
        size = 8 * ((blocks + 63) // 64)
        bits = np.unpackbits(np.frombuffer(content, np.uint8, size, at), bitorder="little")
        at += size
        mask = bits[:blocks].astype(bool).reshape(rows // block, columns // block)
        check(mask.sum() == active, f"{name}: {mask.sum()} of {active} bits")
        masks[name] = (block, mask)
    check(at == len(content) - 4, "length")
    return masks


def tensors(model):
    """All variables by object path, as a checkpoint names them; and that the model can be called."""
    loaded = tf.saved_model.load(model)
    outputs = loaded.signatures["serving_default"].structured_outputs
    check(outputs, "no outputs")
    reader = tf.train.load_checkpoint(os.path.join(model, "variables/variables"))
    suffix = "/.ATTRIBUTES/VARIABLE_VALUE"
    return {
        key[: -len(suffix)]: reader.get_tensor(key)
        for key in reader.get_variable_to_shape_map()
        if key.endswith(suffix)
    }


def expand(block, mask):
    return np.kron(mask, np.ones((block, block), bool))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--sparsity", type=Fraction)
    parser.add_argument("--block", type=int)
    parser.add_argument("--prune", type=Fraction)
    parser.add_argument("--update", type=int)
    parser.add_argument("--updates", type=int)
    options = parser.parse_args()
    old, new = tensors(options.before), tensors(options.after)
    old_masks, new_masks = read_masks(options.before), read_masks(options.after)
    kernel = re.compile(r"layer/\d+/.*kernel$")
    expected = {n for n in old if kernel.search(n)}
    check(expected and set(old_masks) == expected == set(new_masks), "which kernels are sparse")
    decay = (1 + math.cos(math.pi * options.update / options.updates)) / 2
    moved_in_all = 0
    for name, (block, before) in old_masks.items():
        after = new_masks[name][1]
        check(block == options.block == new_masks[name][0], "block")
        weights = old[name].astype(np.float64)
        check(np.all((weights != 0) <= expand(block, before)), f"{name}: not zero")
        active = math.ceil((1 - options.sparsity) * before.size)
        check(before.sum() == active == after.sum(), f"{name}: {before.sum()} in use")
        moved = math.ceil(math.ceil(options.prune * active) * decay - 1e-9)
        moved = min(moved, before.size - active)
        rows, columns = before.shape
        scores = np.abs(weights).reshape(rows, block, columns, block).sum((1, 3))
        order = np.flatnonzero(before)
        lowest = order[np.argsort(scores.ravel()[order], kind="stable")[:moved]]
        pruned = np.zeros(before.size, bool)
        pruned[lowest] = True
        pruned = pruned.reshape(before.shape)
        check(np.array_equal(before & ~after, pruned), f"{name}: other blocks were pruned")
        grown = after & ~before
        check(grown.sum() == moved, f"{name}: {grown.sum()} blocks grown, not {moved}")
        survivors = expand(block, before & after)
        check(np.array_equal(new[name], np.where(survivors, old[name], 0)), f"{name}: values")
        moved_in_all += moved
    for name in set(old) - expected:
        check(np.array_equal(old[name], new[name]), f"{name} changed")
    print(f"{len(expected)} kernels agree, {moved_in_all} blocks moved")


main()
