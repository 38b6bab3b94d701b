#!/usr/bin/env python3
"""What it takes to grow and train a model that Espalier did not make.

Exports a BERT-Base (12 blocks, 768 wide) with Hugging Face transformers, then prints median wall
time and peak resident memory of `inspect`, of `grow stack` to 24 blocks, and of `train` for one
and for two steps of 8 sequences of 128 tokens on the grown model, so that the difference is a step.

    benchmarks/foreign.py [--rounds 3] [--model DIR] [--work DIR]
"""

import argparse
import pathlib
import shutil
import statistics
import tempfile

from growth import ROOT, run, size
from step import environment


def export(directory):
    """Exports the model and returns where its SavedModel is."""
    run([environment("exporters"), ROOT / "benchmarks/python/hf_bert.py", directory])
    return directory / "saved_model/1"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path)
    arguments = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="espalier-foreign-", dir=arguments.work))
    espalier = ROOT / "espalier"
    grown, trained = work / "grown", work / "trained"
    # The commands before are the set-up: `train` takes what `grow` left.
    train = [espalier, "train", grown, "--batch", "8", "--sequence", "128", "--out", trained]
    steps = {
        "inspect": ([espalier, "inspect"], None),
        "grow stack": ([espalier, "grow", "stack"], grown),
        "train, 1 step": ([*train, "--steps", "1"], trained),
        "train, 2 steps": ([*train, "--steps", "2"], trained),
    }
    try:
        model = arguments.model or export(work / "export")
        steps["inspect"][0].append(model)
        steps["grow stack"][0].extend([model, "--set", "factor=2", "--out", grown])
        run([espalier, "operators"])
        times = {name: [] for name in steps}
        peaks = {name: 0 for name in steps}
        for _ in range(arguments.rounds):
            for name, (command, out) in steps.items():
                if out is not None:
                    shutil.rmtree(out, ignore_errors=True)
                seconds, memory = run(command)
                times[name].append(seconds)
                peaks[name] = max(peaks[name], memory)
        print(f"model {size(model) / 1e9:.2f} GB, grown {size(grown) / 1e9:.2f} GB; "
              f"medians of {arguments.rounds}")
        for name in steps:
            print(f"{name:15} {statistics.median(times[name]):7.2f} s {peaks[name] / 1e6:7.0f} MB")
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
