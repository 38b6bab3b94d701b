"""Writes checkpoints of every kind for Java to read, and checks those that Java wrote.

    bundle_roundtrip.py write DIR    leaves DIR/<name>.index and so on, and DIR/<name>.tsv
    bundle_roundtrip.py check DIR    compares DIR/<name>-java with DIR/<name>

A line of <name>.tsv is: key, dtype enum, comma-separated shape, SHA-256 of the content.
The content of a string tensor is each string's length in ASCII, a colon and the string.
"""

import hashlib
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import ml_dtypes
import numpy as np
import tensorflow as tf

NUMBERS = np.arange(-60, 60).reshape(4, 5, 6)


def save(prefix, tensors, slices=None):
    """Saves (key, tensor) pairs with the raw op, as one shard."""
    keys = [key for key, _ in tensors]
    tf.raw_ops.SaveV2(
        prefix=prefix,
        tensor_names=keys,
        shape_and_slices=slices or [""] * len(keys),
        tensors=[tensor for _, tensor in tensors],
    )


def numeric_tensors():
    names = (
        "float16 bfloat16 float32 float64 int8 int16 int32 int64 "
        "uint8 uint16 uint32 uint64 complex64 complex128 bool"
    )
    for name in names.split():
        dtype = tf.as_dtype(name).as_numpy_dtype
        yield name, tf.constant(np.abs(NUMBERS).astype(dtype))
    for name in ("float8_e5m2", "float8_e4m3fn", "int4", "uint4"):
        dtype = getattr(ml_dtypes, name)
        yield name, tf.constant((np.abs(NUMBERS) % 8).astype(dtype))
    yield "scalar", tf.constant(1.5)
    yield "empty", tf.zeros([0, 3])
    yield "large", tf.random.stateless_normal([1000, 1111], seed=(1, 2))


def string_tensors():
    yield "string", tf.constant("œuvre \0 binary")
    yield "string/none", tf.constant([], dtype=tf.string)
    yield "string/blank", tf.constant("")
    yield "string/matrix", tf.constant([["a", ""], ["b" * 200, "c" * 3_000_000]])


def write_types(prefix):
    tensors = list(numeric_tensors()) + list(string_tensors())
    save(prefix, sorted(tensors, key=lambda pair: pair[0]))


def write_objects(prefix):
    root = tf.train.Checkpoint(
        layers=[tf.Variable(tf.random.stateless_normal([7, 9], seed=(3, i))) for i in range(40)],
        step=tf.Variable(17, dtype=tf.int64),
    )
    path = root.write(prefix)
    assert path == prefix


def write_shards(prefix):
    parts = [f"{prefix}-part{i}" for i in range(3)]
    for i, part in enumerate(parts):
        save(part, [(f"part{i}/{key}", value) for key, value in numeric_tensors()])
    tf.raw_ops.MergeV2Checkpoints(
        checkpoint_prefixes=parts, destination_prefix=prefix, delete_old_dirs=False
    )


def write_sliced(prefix):
    """A grid of slices, one along an inner axis with a large index, and one along the first."""
    whole = tf.random.stateless_normal([4, 6, 5], seed=(5, 6))
    wide = tf.random.stateless_normal([3, 70000], seed=(7, 8))
    tensors, slices = [], []
    for rows in (slice(0, 1), slice(1, 4)):
        for columns in (slice(0, 2), slice(2, 6)):
            tensors.append(("grid", whole[rows, columns]))
            extent = ":".join(f"{s.start},{s.stop - s.start}" for s in (rows, columns))
            slices.append(f"4 6 5 {extent}:-")
    for start, stop in ((0, 63), (63, 64), (64, 9000), (9000, 70000)):
        tensors.append(("wide\0\xff", wide[:, start:stop]))
        slices.append(f"3 70000 -:{start},{stop - start}")
    save(prefix, tensors, slices)


def write_partitioned(prefix):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.get_variable(
            "table",
            shape=[100, 8],
            initializer=tf.compat.v1.random_normal_initializer(seed=9),
            partitioner=tf.compat.v1.fixed_size_partitioner(7),
        )
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.train.Saver(sharded=True).save(session, prefix, write_meta_graph=False)


def write_variants(prefix):
    """Lists of tensors are variants; Java copies them without knowing what they hold."""
    one = tf.raw_ops.TensorListFromTensor(
        tensor=tf.range(12.0), element_shape=tf.constant([], tf.int32)
    )
    two = tf.raw_ops.TensorListFromTensor(
        tensor=tf.ones([300, 4]), element_shape=tf.constant([4], tf.int32)
    )
    save(prefix, [("one", one), ("pair", tf.stack([one, two]))])


WRITERS = {
    "types": write_types,
    "objects": write_objects,
    "shards": write_shards,
    "sliced": write_sliced,
    "partitioned": write_partitioned,
    "variants": write_variants,
}


def content(value):
    value = np.asarray(value)
    if value.dtype != object:
        return value.tobytes()
    return b"".join(b"%d:%s" % (len(item), item) for item in value.ravel())


def describe(prefix):
    reader = tf.train.load_checkpoint(prefix)
    shapes = reader.get_variable_to_shape_map()
    dtypes = reader.get_variable_to_dtype_map()
    with open(prefix + ".tsv", "w", encoding="utf-8", newline="\n") as out:
        for key in sorted(shapes):
            digest = "-"
            if dtypes[key] != tf.variant:
                value = tf.raw_ops.RestoreV2(
                    prefix=prefix, tensor_names=[key], shape_and_slices=[""], dtypes=[dtypes[key]]
                )[0].numpy()
                value = np.asarray(value, dtype=object if dtypes[key] == tf.string else None)
                digest = hashlib.sha256(content(value)).hexdigest()
            shape = ",".join(map(str, shapes[key]))
            print(key.encode().hex(), dtypes[key].as_datatype_enum, shape, digest, sep="\t", file=out)


def restore(prefix, key, dtype):
    return tf.raw_ops.RestoreV2(
        prefix=prefix, tensor_names=[key], shape_and_slices=[""], dtypes=[dtype]
    )[0]


def compare(expected, found, dtype):
    if dtype == tf.variant:
        # The element type tells how to unpack; the stored form is private to TensorFlow.
        for a, b in zip(tf.reshape(expected, [-1]), tf.reshape(found, [-1]), strict=True):
            shape = tf.raw_ops.TensorListElementShape(input_handle=a, shape_type=tf.int32)
            unpack = lambda x: tf.raw_ops.TensorListStack(
                input_handle=x, element_shape=shape, element_dtype=tf.float32
            ).numpy()
            assert unpack(a).tobytes() == unpack(b).tobytes()
        return
    a, b = np.asarray(expected.numpy()), np.asarray(found.numpy())
    assert a.dtype == b.dtype and a.shape == b.shape, (a.dtype, b.dtype, a.shape, b.shape)
    assert content(a) == content(b)


def check(name, directory):
    original, copy = os.path.join(directory, name), os.path.join(directory, name + "-java")
    expected = tf.train.load_checkpoint(original)
    found = tf.train.load_checkpoint(copy)
    dtypes = expected.get_variable_to_dtype_map()
    shapes = found.get_variable_to_shape_map()
    keys = set(dtypes)
    wanted = keys | {"again/" + key for key in keys}
    assert set(shapes) == wanted, set(shapes) ^ wanted
    for key, dtype in dtypes.items():
        for name_there in (key, "again/" + key):
            compare(restore(original, key, dtype), restore(copy, name_there, dtype), dtype)
    return len(keys)


def main(mode, directory):
    for name, writer in WRITERS.items():
        if mode == "write":
            prefix = os.path.join(directory, name)
            writer(prefix)
            describe(prefix)
        else:
            print(name, check(name, directory))


if __name__ == "__main__":
    main(*sys.argv[1:])
