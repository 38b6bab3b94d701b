"""Computes what the operators make of a model in NumPy, from the formulas, and compares.

    operators_reference.py FILE...

Each FILE is a case in JSON: the operator, what it is given in plain numbers (groups, sources, alpha) and
the tensors before and after, by the object paths of our families. Which axis of which tensor a matrix
multiplies is written down here from the papers, not taken from Java. Tensors must agree to 1e-6, relative
to the largest; where a case says that outputs stay, the logits of both models, in float64, must agree to
1e-10 (float64 tensors) or 1e-5 (float32 tensors).
"""

import json
import re
import sys

import numpy as np
from family_reference import Bert, Gpt, gelu_tanh

STREAM, HEADS, UNITS = "residual", "heads", "ffn"
# What each dense layer takes and makes.
LAYERS = {
    "attention/query": (STREAM, HEADS),
    "attention/key": (STREAM, HEADS),
    "attention/value": (STREAM, HEADS),
    "attention/output": (HEADS, STREAM),
    "ffn/input": (STREAM, UNITS),
    "ffn/output": (UNITS, STREAM),
    "head/transform": (STREAM, STREAM),
}
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


def row_normalised(matrix):
    return matrix / matrix.sum(axis=1, keepdims=True)


def means(groups):
    """F of Zou et al. (2024): a row for each group, 1 / its size on its members."""
    matrix = np.zeros((len(groups), sum(map(len, groups))))
    for row, group in enumerate(groups):
        matrix[row, group] = 1 / len(group)
    return matrix


class Maps:
    """The matrix that makes each dimension, and the one that takes it: rownorm of the transpose."""

    def __init__(self, groups, head_size, spread):
        self.made = {}
        for name, members in groups.items():
            matrix = row_normalised(means(members).T) if spread else means(members)
            self.made[name] = np.kron(matrix, np.eye(head_size)) if name == HEADS else matrix

    def out(self, name, value, axis):
        """value with the given axis multiplied by M."""
        return self.applied(self.made.get(name), value, axis)

    def into(self, name, value, axis):
        """value with the given axis multiplied by A(M)^T = rownorm(M^T)^T."""
        matrix = self.made.get(name)
        return self.applied(None if matrix is None else row_normalised(matrix.T).T, value, axis)

    @staticmethod
    def applied(matrix, value, axis):
        if matrix is None:
            return value
        return np.moveaxis(np.tensordot(matrix, value, axes=(1, axis)), 0, axis)

    def widened(self, path, value):
        if path == "head/bias":
            return value
        if path.endswith("/table"):
            return self.out(STREAM, value, 1)
        if path.startswith(("head/norm/", "final/norm/")):
            # The token table makes the stream, so the norm before the tied head shares.
            return self.into(STREAM, value, 0)
        if "/norm/" in path:
            return self.out(STREAM, value, 0)
        takes, makes = next(sides for name, sides in LAYERS.items() if name + "/" in path)
        if path.endswith("/bias"):
            return self.out(makes, value, 0)
        return self.out(makes, self.into(takes, value, 0), 1)


def expected(case, old):
    given, operator = case["given"], case["operator"]
    if operator == "interpolate":
        other, alpha = tensors(case["reference"]), given["alpha"]
        return {path: (1 - alpha) * value + alpha * other[path] for path, value in old.items()}
    if operator in ("coalesce", "decoalesce"):
        spread = operator == "decoalesce"
        widths = {name: groups for name, groups in given.items() if name != "blocks"}
        maps = Maps(widths, case["head_size"], spread)
        old = {path: maps.widened(path, value) for path, value in old.items()}
        groups = given.get("blocks", [[block] for block in range(case["blocks"])])
        mix = row_normalised(means(groups).T) if spread else means(groups)
    else:
        mix = np.eye(case["blocks"])[given["sources"]]
    new = {}
    for path, value in old.items():
        block = re.search(r"/layer/(\d+)/", path)
        if not block:
            new[path] = value
        elif int(block[1]) == 0:
            for target, row in enumerate(mix):
                parts = [old[path.replace("/layer/0/", f"/layer/{s}/")] for s in range(len(row))]
                new[path.replace("/layer/0/", f"/layer/{target}/")] = np.tensordot(row, parts, axes=1)
    return new


def tensors(stored):
    return {k: np.array(v["values"], np.float64).reshape(v["shape"]) for k, v in stored.items()}


def logits(family, weights, heads):
    """Of the networks of family_reference, with the numbers at hand."""
    network = object.__new__({"bert": Bert, "gpt": Gpt}[family])
    numbers = [re.search(r"/layer/(\d+)/", path) for path in weights]
    network.weights, network.heads = weights, heads
    network.blocks = 1 + max(int(n[1]) for n in numbers if n)
    network.activation, network.epsilon = gelu_tanh, 1e-5
    ids = np.array([[1, 4, 2, 7, 3], [0, 5, 5, 6, 1]])
    if family == "gpt":
        return network.logits(ids)
    return network.logits(ids, np.array([[1] * 5, [1, 1, 1, 0, 0]]), ids % 2)


def check(file):
    with open(file, encoding="utf-8") as stream:
        case = json.load(stream)
    old, found = tensors(case["before"]), tensors(case["after"])
    wanted = expected(case, old)
    if set(wanted) != set(found):
        raise SystemExit(f"FAILED: {file}: only one side has {sorted(set(wanted) ^ set(found))}")
    worst = 0.0
    for path, value in wanted.items():
        if value.shape != found[path].shape:
            raise SystemExit(f"FAILED: {file}: {path} is {found[path].shape}, not {value.shape}")
        worst = max(worst, np.abs(value - found[path]).max() / max(1.0, np.abs(value).max()))
    line = f"{case['name']}: {len(wanted)} tensors differ by {worst:.2g}"
    if not worst <= 1e-6:
        raise SystemExit(f"FAILED: {line}")
    if case["outputs_stay"]:
        before, after = (
            logits(case["family"], weights, heads)
            for weights, heads in zip((old, found), case["heads"])
        )
        difference = np.abs(before - after).max() / max(1.0, np.abs(before).max())
        line += f", logits by {difference:.2g}"
        if not difference <= TOLERANCE[case["dtype"]]:
            raise SystemExit(f"FAILED: {line}")
    print(line)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        check(name)
