#!/usr/bin/env python3
"""One training step against Keras 3, on our TensorFlow version and on the newest.

The network: 4 blocks, 256 wide, 4 heads, sequence 128, batch 16, vocabulary 8192, logits at every
position, exact GELU, tied head, dropout 0.1, AdamW with weight decay and a clip of 1.0, float32.
With `--head masked` the loss is of the same 15 in 100 positions for all: Keras gathers them before
its last norm and head, ours where Espalier puts the gather. With `--precision mixed_bfloat16` Keras
has the policy of that name.
Prints the median step of each contender in each round, and ours over the faster of Keras with
`jit_compile` on and off. Rounds are interleaved, because machines are noisy.

    benchmarks/step.py [--head full|masked] [--precision full|mixed_bfloat16] [--rounds 5] [--steps 20] [--ours COMMAND] [--python NAME=PYTHON …]

COMMAND times our step: it is given the number of steps, `share=0.15` for a masked head and
`precision=…`, and prints one JSON line with `median_ms`.
Unless named, Python environments with Keras are made in target/ from the pinned requirements.
"""

import argparse
import shlex
import statistics
import subprocess
import sys

import timing
from timing import ROOT


def environment(name, requirements=None):
    """Returns the Python of an environment with pinned packages, made where it is missing.

    The packages are those of the interoperation tests unless a file with others is given.
    """
    home = ROOT / "target" / f"benchmark-{name}"
    python = home / "bin/python"
    if not python.exists():
        requirements = requirements or ROOT / f"it/src/test/python/requirements-{name}.txt"
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "-q", "install", "-r", str(requirements)], check=True)
    return str(python)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--head", choices=("full", "masked"), default="full")
    parser.add_argument("--precision", choices=("full", "mixed_bfloat16"), default="full")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--ours", type=shlex.split, metavar="COMMAND")
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PYTHON")
    arguments = parser.parse_args()

    pythons = dict(pair.split("=", 1) for pair in arguments.python) or {
        name: environment(name) for name in ("tf2.18", "tf2.21")
    }
    ours = [*(arguments.ours or timing.command_of_ours()), str(arguments.steps)]
    ours.append(f"precision={arguments.precision}")
    contenders = {"ours": [*ours, *(["share=0.15"] if arguments.head == "masked" else [])]}
    for name, python in pythons.items():
        for jit in ("off", "on"):
            script = str(ROOT / "benchmarks/python/keras_step.py")
            options = ["--jit", jit, "--head", arguments.head, "--precision", arguments.precision]
            options += ["--steps", str(arguments.steps)]
            contenders[f"{name} jit {jit}"] = [python, script, *options]

    times = {name: [] for name in contenders}
    with timing.log("step") as log:
        for number in range(1, arguments.rounds + 1):
            for name, command in contenders.items():
                times[name].append(timing.run(command, log)["median_ms"])
            row = "  ".join(f"{name} {taken[-1]:.0f}" for name, taken in times.items())
            print(f"round {number} (ms): {row}", flush=True)

    ours = statistics.median(times["ours"])
    print(f"\nours: {ours:.0f} ms (median of {arguments.rounds} rounds)")
    for name in pythons:
        off, on = (statistics.median(times[f"{name} jit {jit}"]) for jit in ("off", "on"))
        ratio = ours / min(off, on)
        print(f"Keras on {name}: {off:.0f} ms, jit_compile {on:.0f} ms; ours over the faster: {ratio:.2f}")


if __name__ == "__main__":
    main()
