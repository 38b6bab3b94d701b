"""Holds what Espalier wrote against networks that the exporter's own Python builds."""

import json
import os
import shutil
import tempfile
from collections import Counter

import numpy as np
import tensorflow as tf

from foreign.exporter import Sizes, fingerprint
from foreign.loaded import Loaded, main_output

TOLERANCE = 1e-5


class Findings:
    """What one case showed; a case without a comparison is a failure."""

    def __init__(self):
        self.failures, self.shown, self.largest = [], [], 0.0

    def compare(self, where, answer, expected):
        answer, expected = np.asarray(answer), np.asarray(expected)
        if answer.shape != expected.shape:
            self.failures.append(f"{where}: shape {answer.shape} instead of {expected.shape}")
            return
        difference = float(np.max(np.abs(answer.astype(np.float64) - expected.astype(np.float64)), initial=0))
        self.largest = max(self.largest, difference) if np.isfinite(difference) else float("inf")
        if not difference <= TOLERANCE:
            self.failures.append(f"{where}: differs by {difference:.3g}")
        else:
            self.shown.append(where)

    def require(self, held, message):
        if not held:
            self.failures.append(message)

    def attempt(self, what, action):
        try:
            action()
        except Exception as e:
            self.failures.append(f"{what}: {type(e).__name__}: {str(e).strip()[:600]}")


class Source:
    """A fixture, or what training made of one: the numbers of the exporter's variables by name."""

    def __init__(self, exporter, fixture, model):
        self.exporter = exporter
        with open(os.path.join(fixture, "variables.json")) as f:
            self.keys = json.load(f)
        self.inputs = dict(np.load(os.path.join(fixture, "inputs.npz")))
        self.loaded = Loaded(model)
        self.stored = self.loaded.stored()
        self.working = self.loaded.working_styles(self.inputs)
        style = next((s for s in self.working if "training" not in s), None)
        self.gradient_style = style
        self.reached, _ = self.loaded.with_gradient(style, self.inputs)

    def values(self):
        """The numbers by the exporter's name of the variable, from the checkpoint."""
        return self.exporter.values(self.stored, self.keys)

    def layer_call(self):
        """How a Keras layer calls the model as Python exported it, if it can: keyword arguments have no place in it."""
        for endpoint in ("serve", "serving", "__call__"):
            for how in ("dictionary", "list", "arguments"):
                try:
                    called_as_layer(self.loaded.path, self.inputs, endpoint, how)
                    return endpoint, how
                except (ValueError, TypeError, KeyError, AttributeError):
                    pass
        return None


def called_as_layer(path, inputs, endpoint, how):
    import keras

    layer = keras.layers.TFSMLayer(path, call_endpoint=endpoint)
    tensors = {name: tf.constant(value) for name, value in inputs.items() if value.dtype.kind in "if"}
    values = list(tensors.values())
    arguments = {"dictionary": [tensors], "list": [values], "arguments": values}[how]
    answer = layer(*arguments)
    return answer["logits"] if isinstance(answer, dict) and "logits" in answer else tf.nest.flatten(answer)[0]


def larger(exporter, values, block_map, sizes):
    """The network that Python builds with more blocks, and where each number comes from."""
    network = exporter.build(sizes)
    sources = {}
    for name, variable in exporter.variables(network).items():
        source = exporter.block.sub(lambda found: str(block_map[int(found[1])]), name)
        if source not in values:
            raise AssertionError(f"{name} has no source {source}")
        variable.assign(values[source])
        sources[name] = source
    return network, sources


def check_depth(source, grown_path, block_map, full, findings):
    exporter, inputs = source.exporter, source.inputs
    sizes = Sizes(blocks=len(block_map))
    values = source.values()
    network, sources = larger(exporter, values, block_map, sizes)
    expected = exporter.outputs(network, inputs)
    grown = Loaded(grown_path)
    check_calls(source, grown, expected, findings)
    check_numbers(source, grown, values, sources, findings)
    if full:
        check_users(source, grown, expected, sizes, findings)


def check_calls(source, grown, expected, findings):
    answers = grown.signature_answers(source.inputs)
    findings.require(set(expected) == set(answers), f"signatures {sorted(answers)} instead of {sorted(expected)}")
    for signature, outputs in expected.items():
        given = answers.get(signature, {})
        findings.require(set(given) == set(outputs),
                         f"signature {signature} answers {sorted(given)} instead of {sorted(outputs)}")
        for output, value in outputs.items():
            if output in given:
                findings.compare(f"signature {signature} {output}", given[output], value)
    styles = grown.styles(source.inputs)
    for style in source.working:
        def call(style=style):
            answer = styles[style]()
            for value, reference in main_output(answer, expected["serving_default"]):
                if "training=True" in style:
                    findings.require(value.shape == reference.shape and np.isfinite(value).all(),
                                     f"{style}: not finite or of another shape")
                else:
                    findings.compare(style, value, reference)
        findings.require(style in styles, f"{style} is gone")
        if style in styles:
            findings.attempt(style, call)


def check_numbers(source, grown, values, sources, findings):
    """Every variable is stored as often as before, and a gradient reaches it where one did."""
    stored = Counter(fingerprint(value) for value in grown.stored().values())
    once, as_before, reached_wanted = Counter(), Counter(), Counter()
    for name, origin in sources.items():
        print_of = fingerprint(values[origin])
        once[print_of] += 1
        as_before[print_of] += len(source.keys[origin]) or 1
        if print_of in source.reached:
            reached_wanted[print_of] += 1
    # A Keras 3 export holds every variable twice. Once is better: two copies can come to differ.
    missing = [name for name, origin in sources.items() if source.keys[origin] and stored[
        fingerprint(values[origin])] not in (once[fingerprint(values[origin])], as_before[fingerprint(values[origin])])]
    findings.require(not missing, f"the checkpoint does not hold as expected: {missing[:4]} of {len(missing)}")
    reached, silent = grown.with_gradient(source.gradient_style, source.inputs)
    dead = [name for name, origin in sources.items()
            if reached[fingerprint(values[origin])] < reached_wanted[fingerprint(values[origin])]]
    findings.require(not dead, f"no gradient reaches {dead[:4]} of {len(dead)}")
    if not missing and not dead:
        findings.shown.append(f"{sum(reached.values())} variables with gradients")


def check_users(source, grown, expected, sizes, findings):
    """Saved again, in a Keras layer, served, restored into the exporter's own network."""
    inputs = source.inputs

    def saved_again():
        folder = tempfile.mkdtemp()
        try:
            tf.saved_model.save(grown.root, folder, signatures=dict(grown.root.signatures))
            for signature, outputs in Loaded(folder).signature_answers(inputs).items():
                for output, value in outputs.items():
                    findings.compare(f"saved again, {signature} {output}", value, expected[signature][output])
        finally:
            shutil.rmtree(folder)

    def served():
        for output, value in grown.session_answers(inputs).items():
            findings.compare(f"served {output}", value, expected["serving_default"][output])

    def layered():
        how = source.layer_call()
        if how:
            findings.compare("TFSMLayer", called_as_layer(grown.path, inputs, *how),
                             next(iter(expected["serving_default"].values())))

    def restored():
        network = source.exporter.build(sizes)
        source.exporter.restore(network, grown.prefix)
        for signature, outputs in source.exporter.outputs(network, inputs).items():
            for output, value in outputs.items():
                findings.compare(f"restored by object path, {signature} {output}", value, expected[signature][output])

    if source.exporter.saved_again:
        findings.attempt("saving again", saved_again)
    findings.attempt("the loader of TensorFlow Serving", served)
    findings.attempt("TFSMLayer", layered)
    if source.exporter.restorable:
        findings.attempt("restoring by object path", restored)
    before, after = (sorted(os.listdir(os.path.join(m.path, "assets"))) if os.path.isdir(
        os.path.join(m.path, "assets")) else [] for m in (source.loaded, grown))
    findings.require(before == after, f"assets {after} instead of {before}")
    names_before, names_after = (Counter(v.name for v in m.variables().values()) for m in (source.loaded, grown))
    gone = names_before - names_after
    findings.require(not gone, f"variable names are gone: {sorted(gone)[:4]}")
