"""Holds what Espalier trained, or widened with a template, against Python."""

import json
import os
from collections import Counter

import numpy as np
import tensorflow as tf

from foreign.exporter import WIDE, Sizes, fingerprint
from foreign.loaded import Loaded, main_output

LOSS_TOLERANCE = 1e-4


def check_trained(case, exporter, findings):
    """Every view has the trained numbers, and Python's held-out loss is Java's."""
    fixture = case["fixture"]
    inputs = dict(np.load(os.path.join(fixture, "inputs.npz")))
    before, after = Loaded(case["before"]), Loaded(case["model"])
    styles = [style for style in before.working_styles(inputs) if "training" not in style]
    reached, _ = before.with_gradient(next(iter(styles), None), inputs)
    old, new = before.stored(), after.stored()
    findings.require(old.keys() == new.keys(), "training changed which variables the checkpoint holds")
    same = [key for key in old if reached[fingerprint(old[key])] and fingerprint(old[key]) == fingerprint(new[key])]
    findings.require(not same, f"not trained: {same[:4]} of {len(same)}")
    findings.require(all(np.isfinite(v).all() for v in new.values() if v.dtype.kind == "f"), "not finite")
    # A Keras 3 export may hold every variable twice; then both must have been trained.
    reached_keys = [key for key in old if reached[fingerprint(old[key])]]
    views = min(Counter(fingerprint(old[key]) for key in reached_keys).values())
    counts = Counter(fingerprint(new[key]) for key in reached_keys)
    findings.require(all(count % views == 0 for count in counts.values()),
                     "the sets of variables do not hold the same numbers")
    answers = after.signature_answers(inputs)
    expected = answers["serving_default"]
    for style in styles:
        for value, reference in main_output(after.styles(inputs)[style](), expected):
            findings.compare(f"trained, {style}", value, reference)
    for output, value in after.session_answers(inputs).items():
        findings.compare(f"trained, served {output}", value, expected[output])
    if exporter.restorable:
        network = exporter.build(Sizes(blocks=case["blocks"]))
        exporter.restore(network, after.prefix)
        for output, value in exporter.outputs(network, inputs)["serving_default"].items():
            findings.compare(f"trained, restored by object path {output}", value, expected[output])
    if "examples" in case:
        with open(case["examples"]) as f:
            examples = json.load(f)
        loss = held_out_loss(after, exporter, examples)
        findings.require(abs(loss - case["loss"]) <= LOSS_TOLERANCE,
                         f"held-out loss is {loss:.6f} in Python, {case['loss']:.6f} in Java")
        findings.shown.append(f"held-out loss {loss:.6f}")
        if "python_out" in case:
            train_in_python(after, exporter, examples[0], case["python_out"])
            case["python_loss"] = held_out_loss(Loaded(case["python_out"]), exporter, examples)
            findings.require(abs(case["python_loss"] - loss) > LOSS_TOLERANCE, "Python's training changed nothing")


def held_out_loss(loaded, exporter, examples):
    total = weight = 0.0
    for example in examples:
        losses, weights = losses_of(loaded, exporter, example)
        total += float(tf.reduce_sum(losses * weights))
        weight += float(tf.reduce_sum(weights))
    return total / weight


def losses_of(loaded, exporter, example):
    function = loaded.root.signatures["serving_default"]
    takes = function.structured_input_signature[1]
    fed = exporter.fed(np.array(example["inputs"]))
    answer = function(**{name: tf.constant(fed[name], spec.dtype) for name, spec in takes.items()})
    logits = answer["logits"] if "logits" in answer else list(answer.values())[0]
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(np.array(example["labels"]), tf.cast(logits, tf.float32))
    return losses, tf.constant(example["weights"], tf.float32)


def train_in_python(loaded, exporter, example, out):
    trainable = [v for v in loaded.variables().values() if v.trainable]
    for _ in range(3):
        with tf.GradientTape() as tape:
            losses, weights = losses_of(loaded, exporter, example)
            loss = tf.reduce_sum(losses * weights) / tf.reduce_sum(weights)
        for variable, gradient in zip(trainable, tape.gradient(loss, trainable)):
            if gradient is not None:
                variable.assign_sub(tf.cast(0.01 * tf.convert_to_tensor(gradient), variable.dtype))
    tf.saved_model.save(loaded.root, out, signatures=dict(loaded.root.signatures))


def check_width(case, exporter, findings):
    """The exporter's own wide network with the written numbers computes the same, and what the narrow one did."""
    fixture, template = case["fixture"], case["template"]
    inputs = dict(np.load(os.path.join(fixture, "inputs.npz")))
    narrow = np.load(os.path.join(fixture, "outputs.npz"))
    with open(os.path.join(template, "variables.json")) as f:
        keys = json.load(f)
    wide = Loaded(case["model"])
    values = exporter.values(wide.stored(), keys)
    network = exporter.build(WIDE)
    for name, variable in exporter.variables(network).items():
        variable.assign(values[name])
    answers = wide.signature_answers(inputs)
    for signature, outputs in exporter.outputs(network, inputs).items():
        for output, value in outputs.items():
            findings.compare(f"wide, signature {signature} {output}", answers[signature][output], value)
    for output in exporter.preserved:
        if output in answers["serving_default"]:
            findings.compare(f"as the narrow network, {output}", answers["serving_default"][output], narrow[output])
            return
    findings.failures.append("no output is the narrow network's")
