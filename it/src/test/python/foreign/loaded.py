"""A SavedModel as Python loads it: every way to call it, its variables, and who gets a gradient."""

import os
from collections import Counter

import numpy as np
import tensorflow as tf
from tensorflow.python.checkpoint import graph_view

from foreign.exporter import fingerprint

OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"


class Loaded:
    """One loaded SavedModel; keeps the root, as its functions need the variables."""

    def __init__(self, path):
        self.path = path
        self.prefix = os.path.join(path, "variables", "variables")
        self.root = tf.saved_model.load(path)
        self.gradients = {}

    def signature_answers(self, inputs):
        """What each signature answers, where all it takes is among the inputs."""
        answers = {}
        for name, function in self.root.signatures.items():
            takes = function.structured_input_signature[1]
            if set(takes) <= set(inputs):
                answers[name] = {output: value.numpy() for output, value in function(
                    **{argument: tf.constant(inputs[argument], spec.dtype)
                       for argument, spec in takes.items()}).items()}
        return answers

    def styles(self, inputs):
        """Other ways that users call a model, by what they write; not every model takes every one."""
        tensors = {name: tf.constant(value) for name, value in inputs.items()}
        values = list(tensors.values())
        root, styles = self.root, {}
        if callable(root):
            styles["model(*inputs)"] = lambda: root(*values)
            styles["model(dictionary)"] = lambda: root(tensors, training=False)
            styles["model(list)"] = lambda: root(values, training=False)
            styles["model(dictionary, training=True)"] = lambda: root(tensors, training=True)
            styles["model(list, training=True)"] = lambda: root(values, training=True)
        if hasattr(root, "serve"):
            styles["model.serve(*inputs)"] = lambda: root.serve(*values)
            styles["model.serve(list)"] = lambda: root.serve(values)
            styles["model.serve(dictionary)"] = lambda: root.serve(tensors)
        return styles

    def working_styles(self, inputs):
        working = []
        for style, call in self.styles(inputs).items():
            try:
                call()
                working.append(style)
            except (ValueError, TypeError, KeyError):
                pass
        return working

    def variables(self):
        """Each variable once, with its object path."""
        nodes, paths = graph_view.ObjectGraphView(self.root)._breadth_first_traversal(), None
        if isinstance(nodes, tuple):
            nodes, paths = nodes
        return {"/".join(step.name for step in paths[node]): node
                for node in nodes if isinstance(node, tf.Variable)}

    def with_gradient(self, style, inputs):
        """The fingerprints of trainable variables that a gradient of the outputs reaches, counted; found once."""
        if style not in self.gradients:
            self.gradients[style] = self.find_gradients(style, inputs)
        return self.gradients[style]

    def find_gradients(self, style, inputs):
        trainable = [v for v in self.variables().values() if v.trainable]
        with tf.GradientTape() as tape:
            answer = self.styles(inputs)[style]() if style else self.first_signature(inputs)
            floats = [tf.cast(t, tf.float32) for t in tf.nest.flatten(answer)
                      if isinstance(t, tf.Tensor) and t.dtype.is_floating]
            # Weights that differ from place to place: sums of softmax outputs have no gradient.
            loss = tf.add_n([tf.reduce_sum(t * tf.reshape(tf.cos(tf.range(tf.size(t), dtype=tf.float32)), tf.shape(t)))
                             for t in floats])
        gradients = tape.gradient(loss, trainable)
        reached = Counter()
        for variable, gradient in zip(trainable, gradients):
            alive = gradient is not None and np.isfinite(dense := tf.convert_to_tensor(gradient).numpy()).all() \
                and np.any(dense)
            if alive:
                reached[fingerprint(variable.numpy())] += 1
        return reached

    def first_signature(self, inputs):
        function = self.root.signatures["serving_default"]
        return function(**{argument: tf.constant(inputs[argument], spec.dtype)
                           for argument, spec in function.structured_input_signature[1].items()})

    def stored(self):
        """The values of the checkpoint by key."""
        reader = tf.train.load_checkpoint(self.prefix)
        return {key: reader.get_tensor(key) for key in reader.get_variable_to_shape_map() if key != OBJECT_GRAPH}

    def session_answers(self, inputs):
        """What TensorFlow Serving's loader answers, by output of `serving_default`."""
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            served = tf.compat.v1.saved_model.load(session, ["serve"], self.path)
            signature = served.signature_def["serving_default"]
            return session.run(
                {name: info.name for name, info in signature.outputs.items()},
                {info.name: inputs[name] for name, info in signature.inputs.items()})


def main_output(answer, expected):
    """The tensors of a call's answer beside those expected of the signature with the same names."""
    if isinstance(answer, dict):
        pairs = [(np.asarray(answer[name]), value) for name, value in expected.items() if name in answer
                 and not isinstance(answer[name], (tuple, list))]
        if pairs:
            return pairs
    first = [t for t in tf.nest.flatten(answer) if t is not None][0]
    return [(np.asarray(first), next(iter(expected.values())))]
