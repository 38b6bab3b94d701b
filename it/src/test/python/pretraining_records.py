"""Writes and reads BERT's pre-training data with TensorFlow, as BERT's own scripts do.

    pretraining_records.py write FILE SEQUENCES SEQUENCE PREDICTIONS
        Makes up masked sequences of two segments, some padded, and writes them with tf.train.Example
        and TFRecordWriter, as write_instance_to_example_files of create_pretraining_data.py does.
    pretraining_records.py read FILE SEQUENCE PREDICTIONS JSON
        Parses FILE with tf.data and parse_single_example, as input_fn of run_pretraining.py does, and
        writes the list of its examples to JSON.
    pretraining_records.py loss FILE SEQUENCE PREDICTIONS MODEL LAST
        Prints the masked language model's loss of a SavedModel over the LAST examples of FILE, as
        get_masked_lm_output of run_pretraining.py computes it: logits are gathered at the positions,
        and cross-entropies are weighted by masked_lm_weights.
"""

import collections
import json
import os
import random
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

CLS, SEP, MASK = 1, 2, 3
FIRST_WORD, WORDS = 5, 60
RATE = 0.15


def ints(values):
    return tf.train.Feature(int64_list=tf.train.Int64List(value=list(values)))


def floats(values):
    return tf.train.Feature(float_list=tf.train.FloatList(value=list(values)))


def instance(rng, sequence, predictions):
    """Words count up in both segments, so that there is something to learn."""
    length = rng.choice([sequence, rng.randint(10, sequence)])
    first = rng.randint(3, length - 6)
    words = [FIRST_WORD + (rng.randint(0, WORDS - 1) + i) % WORDS for i in range(length)]
    tokens = [CLS] + words[:first] + [SEP] + words[first:length - 3] + [SEP]
    segments = [0] * (first + 2) + [1] * (length - first - 2)
    candidates = [i for i, token in enumerate(tokens) if token not in (CLS, SEP)]
    rng.shuffle(candidates)
    chosen = sorted(candidates[: min(predictions, max(1, round(length * RATE)))])
    shown = list(tokens)
    for position in chosen:
        draw = rng.random()
        if draw < 0.8:
            shown[position] = MASK
        elif draw < 0.9:
            shown[position] = FIRST_WORD + rng.randint(0, WORDS - 1)
    return shown, segments, chosen, [tokens[i] for i in chosen]


def write(file, sequences, sequence, predictions):
    rng = random.Random(12345)
    with tf.io.TFRecordWriter(file) as writer:
        for _ in range(sequences):
            tokens, segments, positions, ids = instance(rng, sequence, predictions)
            padding, room = sequence - len(tokens), predictions - len(ids)
            features = collections.OrderedDict()
            features["input_ids"] = ints(tokens + [0] * padding)
            features["input_mask"] = ints([1] * len(tokens) + [0] * padding)
            features["segment_ids"] = ints(segments + [0] * padding)
            features["masked_lm_positions"] = ints(positions + [0] * room)
            features["masked_lm_ids"] = ints(ids + [0] * room)
            features["masked_lm_weights"] = floats([1.0] * len(ids) + [0.0] * room)
            features["next_sentence_labels"] = ints([rng.randint(0, 1)])
            example = tf.train.Example(features=tf.train.Features(feature=features))
            writer.write(example.SerializeToString())


def read(file, sequence, predictions):
    features = {
        "input_ids": tf.io.FixedLenFeature([sequence], tf.int64),
        "input_mask": tf.io.FixedLenFeature([sequence], tf.int64),
        "segment_ids": tf.io.FixedLenFeature([sequence], tf.int64),
        "masked_lm_positions": tf.io.FixedLenFeature([predictions], tf.int64),
        "masked_lm_ids": tf.io.FixedLenFeature([predictions], tf.int64),
        "masked_lm_weights": tf.io.FixedLenFeature([predictions], tf.float32),
        "next_sentence_labels": tf.io.FixedLenFeature([1], tf.int64),
    }
    records = tf.data.TFRecordDataset(file).map(lambda r: tf.io.parse_single_example(r, features))
    return [{name: value.tolist() for name, value in example.items()}
            for example in records.as_numpy_iterator()]


def loss(examples, model):
    columns = {name: np.array([e[name] for e in examples]) for name in examples[0]}
    call = tf.saved_model.load(model).signatures["serving_default"]
    logits = call(
        input_ids=tf.constant(columns["input_ids"], tf.int32),
        attention_mask=tf.constant(columns["input_mask"], tf.int32),
        token_type_ids=tf.constant(columns["segment_ids"], tf.int32))["logits"]
    asked = tf.gather(logits, columns["masked_lm_positions"], batch_dims=1)
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(columns["masked_lm_ids"], asked).numpy()
    weights = columns["masked_lm_weights"]
    return float(np.sum(each * weights) / np.sum(weights))


def main(command, file, *more):
    if command == "write":
        write(file, *map(int, more))
    elif command == "read":
        with open(more[2], "w") as out:
            json.dump(read(file, int(more[0]), int(more[1])), out)
    elif command == "loss":
        print(loss(read(file, int(more[0]), int(more[1]))[-int(more[3]):], more[2]))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
