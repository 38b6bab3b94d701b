"""Uses a SavedModel as a Python user would, and fails where it is not like one from Python.

    python_is_a_user.py DIR... [--java-logits FILE...]

Checks: load, names, call of the root (with and without training), the serving signature,
gradients of every trainable variable, a step that lowers the loss, saving and loading again, the
checkpoint by object path, Keras's TFSMLayer, and the version 1 loader in a session.

A FILE for each DIR is JSON, {"inputs": {name: nested lists}, "outputs": {name: nested lists}}: what
Java computed. Outputs must agree to 1e-5. Prints one line of JSON for each DIR with what was found.
"""

import argparse
import json
import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

TOLERANCE = 1e-5
SIGNATURE = "serving_default"
BATCH, LENGTH = 2, 7


def check(condition, message):
    if not condition:
        raise SystemExit("FAILED: " + message)


def largest_difference(left, right):
    check(left.shape == right.shape, f"shapes {left.shape} and {right.shape} differ")
    return float(np.max(np.abs(left.astype(np.float64) - right.astype(np.float64))))


def made_up_inputs(signature):
    """Inputs that fit the signature: images, or token ids, token types, a mask that hides two."""
    random = np.random.default_rng(0)
    outputs = signature.structured_outputs
    ids_below = min([o.shape[-1] for o in outputs.values() if o.shape.rank == 3], default=None)
    inputs = {}
    for name, spec in signature.structured_input_signature[1].items():
        sizes = (BATCH, LENGTH, *spec.shape[2:])
        shape = [size or default for size, default in zip(spec.shape, sizes)]
        if spec.dtype.is_floating:
            value = random.normal(0, 1, shape)
        elif "mask" in name:
            value = np.ones(shape)
            value[-1, -2:] = 0
        elif "type" in name:
            value = np.repeat([[0] * 3 + [1] * (shape[1] - 3)], shape[0], axis=0)
        else:
            value = random.integers(0, ids_below, shape)
        inputs[name] = tf.constant(value, spec.dtype)
    return inputs


def positional(model, inputs):
    """The inputs in the order of the arguments of the root."""
    names = [arg for arg in model.__call__.function_spec.arg_names if arg in inputs]
    check(set(names) == set(inputs), f"the root takes {names}, the signature {sorted(inputs)}")
    return [inputs[name] for name in names]


def check_names(model):
    names = [variable.name for variable in model.variables]
    check(names, "the model has no variables")
    check(len(set(names)) == len(names), "two variables have the same name")
    trainable = {variable.ref() for variable in model.trainable_variables}
    check(trainable == {v.ref() for v in model.variables if v.trainable}, "trainable_variables")
    return names


def tensor_of(result):
    if not isinstance(result, dict):
        return result
    return result.get("logits", next(iter(result.values())))


def check_refusals(signature, inputs):
    """A tensor of another rank is an error of Python, not the end of the process."""
    name = next(iter(inputs))
    try:
        signature(**{**inputs, name: tf.reshape(inputs[name], [-1])})
    except (tf.errors.InvalidArgumentError, ValueError, TypeError):
        return
    raise SystemExit(f"FAILED: the signature takes {name} of one axis")


def check_calls(model, inputs, expected):
    arguments = positional(model, inputs)
    result = tensor_of(model(*arguments)).numpy()
    check(largest_difference(result, expected) <= TOLERANCE, "root and signature differ")
    named = tensor_of(model(**inputs)).numpy()
    check(np.array_equal(named, result), "root by position and by name differ")
    first, second = (tensor_of(model(*arguments, training=True)).numpy() for _ in range(2))
    check(np.all(np.isfinite(first)), "training=True gives numbers that are not finite")
    dropout = not np.array_equal(first, second)
    if not dropout:
        check(largest_difference(first, result) <= TOLERANCE, "training without dropout differs")
    return dropout


def loss_of(model, inputs, training):
    """Cross-entropy of the logits, and the squares of other outputs, so that all variables count."""
    result = model(*positional(model, inputs), training=training)
    logits = tensor_of(result)
    if "images" in inputs:
        targets = tf.range(logits.shape[0], dtype=tf.int64) % logits.shape[1]
    else:
        tokens = next(n for n in sorted(inputs) if "ids" in n and "type" not in n)
        targets = tf.cast(inputs[tokens], tf.int64)
    loss = tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(logits=logits, labels=targets)
    )
    others = [v for n, v in result.items() if n != "logits"] if isinstance(result, dict) else []
    return tf.add_n([loss] + [tf.reduce_mean(tf.square(other)) for other in others])


def check_gradients(model, inputs, training):
    with tf.GradientTape() as tape:
        loss = loss_of(model, inputs, training)
    variables = model.trainable_variables
    gradients = tape.gradient(loss, variables)
    without = [v.name for v, g in zip(variables, gradients) if g is None]
    check(not without, f"no gradient (training={training}) for {without}")
    return float(loss), gradients


def check_step(model, inputs):
    before, gradients = check_gradients(model, inputs, False)
    saved = [variable.numpy() for variable in model.trainable_variables]
    for variable, gradient in zip(model.trainable_variables, gradients):
        variable.assign_sub(0.01 * tf.cast(tf.convert_to_tensor(gradient), variable.dtype))
    after = float(loss_of(model, inputs, False))
    check(after < before, f"a step of gradient descent took the loss from {before} to {after}")
    for variable, value in zip(model.trainable_variables, saved):
        variable.assign(value)
    return before, after


def check_saved_again(model, inputs, expected, folder):
    tf.saved_model.save(model, folder, signatures=model.signatures)
    again = tf.saved_model.load(folder)
    result = again.signatures[SIGNATURE](**inputs)
    for name, value in result.items():
        check(np.array_equal(value.numpy(), expected[name]), f"saved again, {name} differs")
    check(
        sorted(v.name for v in again.variables) == sorted(v.name for v in model.variables),
        "saved again, the variables differ",
    )
    check_gradients(again, inputs, True)


def check_checkpoint(model, directory):
    prefix = os.path.join(directory, "variables", "variables")
    reader = tf.train.load_checkpoint(prefix)
    stored = sorted(
        (str(shape), reader.get_variable_to_dtype_map()[key].name)
        for key, shape in reader.get_variable_to_shape_map().items()
        if key.endswith("/.ATTRIBUTES/VARIABLE_VALUE")
    )
    held = sorted((str(v.shape.as_list()), v.dtype.name) for v in model.variables)
    check(stored == held, "the checkpoint does not list the model's variables")
    values = [variable.numpy() for variable in model.variables]
    for variable in model.variables:
        variable.assign(tf.zeros_like(variable))
    tf.train.Checkpoint(model).read(prefix).assert_existing_objects_matched()
    for variable, value in zip(model.variables, values):
        check(np.array_equal(variable.numpy(), value), f"{variable.name} was not restored by path")


def check_keras(directory, inputs, expected):
    layer = keras.layers.TFSMLayer(directory, call_endpoint=SIGNATURE)
    # A layer passes one input by position; Python sorts the inputs of a signature by name.
    names = sorted(inputs)
    result = layer(inputs[names[0]], **{name: inputs[name] for name in names[1:]})
    for name, value in result.items():
        difference = largest_difference(np.asarray(value), expected[name])
        check(difference <= TOLERANCE, f"TFSMLayer: {name} differs by {difference}")
    check(layer.trainable_variables, "TFSMLayer has no trainable variables")


def check_version_1_loader(directory, inputs, expected):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        meta = tf.compat.v1.saved_model.load(session, ["serve"], directory)
        signature = meta.signature_def[SIGNATURE]
        feeds = {signature.inputs[name].name: value for name, value in inputs.items()}
        fetches = {name: info.name for name, info in signature.outputs.items()}
        result = session.run(fetches, feeds)
        saver = meta.saver_def
        with tempfile.TemporaryDirectory() as folder:
            prefix = os.path.join(folder, "again")
            session.run(saver.save_tensor_name, {saver.filename_tensor_name: prefix})
            check(tf.train.list_variables(prefix), "the version 1 saver wrote nothing")
    for name, value in result.items():
        difference = largest_difference(value, expected[name])
        check(difference <= TOLERANCE, f"version 1 session: {name} differs by {difference}")


def check_java(model, file):
    with open(file, encoding="utf-8") as source:
        java = json.load(source)
    signature = model.signatures[SIGNATURE]
    specs = signature.structured_input_signature[1]
    inputs = {n: tf.constant(java["inputs"][n], specs[n].dtype) for n in specs}
    result = signature(**inputs)
    differences = {
        name: largest_difference(result[name].numpy(), np.asarray(value))
        for name, value in java["outputs"].items()
    }
    check(differences, "Java computed no outputs")
    check(max(differences.values()) <= TOLERANCE, f"Java and Python differ by {differences}")
    return max(differences.values())


def use(directory, java_logits):
    model = tf.saved_model.load(directory)
    signature = model.signatures[SIGNATURE]
    inputs = made_up_inputs(signature)
    expected = {name: value.numpy() for name, value in signature(**inputs).items()}
    for name, value in expected.items():
        check(np.all(np.isfinite(value)), f"{name} holds numbers that are not finite")

    check_refusals(signature, inputs)
    found = {"tensorflow": tf.__version__, "variables": len(check_names(model))}
    found["dropout"] = check_calls(model, inputs, tensor_of(expected))
    check_gradients(model, inputs, True)
    found["loss_before_step"], found["loss_after_step"] = check_step(model, inputs)
    with tempfile.TemporaryDirectory() as folder:
        check_saved_again(model, inputs, expected, os.path.join(folder, "again"))
    check_checkpoint(model, directory)
    check_keras(directory, inputs, expected)
    check_version_1_loader(directory, {n: v.numpy() for n, v in inputs.items()}, expected)
    if java_logits:
        found["largest_difference_from_java"] = check_java(model, java_logits)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directories", nargs="+", metavar="DIR")
    parser.add_argument("--java-logits", nargs="+", metavar="FILE")
    options = parser.parse_args()
    files = options.java_logits or [None] * len(options.directories)
    check(len(files) == len(options.directories), "there is not a file of logits for each model")
    for directory, file in zip(options.directories, files):
        print(f"{directory}:", flush=True)
        print(json.dumps(use(directory, file)), flush=True)
        # Functions and layers of one model are of no use to the next.
        keras.backend.clear_session()


if __name__ == "__main__":
    main()
