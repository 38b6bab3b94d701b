#!/usr/bin/env python3
"""Growth of models of several sizes against copying their bytes.

For each size a BERT of that many gigabytes in float32, 1024 wide, is grown, and its bytes are
copied: for `stack` those that the growth writes, for the others those that it reads and writes. A
line for each size shows median wall times, their ratio, and the growth's peak resident memory.
Rounds are interleaved, because machines are noisy. The models:

    stack        the model, to twice the blocks
    coalesce     the model, to half the blocks and half the width
    decoalesce   the model coalesced, back to the model's size
    interpolate  the model and its reference of the same size, half and half

    benchmarks/growth.py [--operator stack|coalesce|decoalesce|interpolate] [--sizes 0.1,1.3]
        [--rounds 5] [--work DIR]
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ESPALIER = ROOT / "espalier"

# 12 kernels of 1024 by 1024, 9 + 4 vectors.
WIDTH = 1024
BLOCK_BYTES = 4 * (12 * WIDTH * WIDTH + 13 * WIDTH)
# Word and position tables and the head.
OTHER_BYTES = 4 * WIDTH * (30522 + 512 + WIDTH)


def run(command):
    """Runs a command and returns its wall time in seconds and peak memory in bytes."""
    start = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return time.monotonic() - start, usage.ru_maxrss * 1024


def size(directory):
    """Returns the bytes of all files below a directory."""
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())


def grow(operator, model, out, *options):
    """Grows a model and returns what it took."""
    return run([ESPALIER, "grow", operator, model, "--out", out, *options])


def init(gigabytes, out, seed):
    """Builds a model of about that many gigabytes, with an even number of blocks."""
    left = gigabytes * 1e9 - OTHER_BYTES
    blocks, vocabulary = 2 * round(left / BLOCK_BYTES / 2), 30522
    if blocks < 2:
        # Too small for the whole vocabulary.
        blocks = 2
        vocabulary = max(8, int((gigabytes * 1e9 - 2 * BLOCK_BYTES) / 4 / WIDTH) - 512 - WIDTH)
    sizes = ["--residual", WIDTH, "--heads", 16, "--vocabulary", vocabulary, "--blocks", blocks]
    run([ESPALIER, "init", "--family", "bert", *sizes, "--seed", seed, "--out", out])


def prepare(operator, gigabytes, work):
    """Builds the models of a growth; returns all that it reads, and its further options."""
    model, options = work / "model", []
    init(gigabytes, model, 0)
    inputs = [model]
    if operator == "stack":
        options = ["--set", "factor=2"]
    elif operator == "decoalesce":
        grow("coalesce", model, work / "coalesced")
        shutil.rmtree(model)
        inputs = [work / "coalesced"]
    elif operator == "interpolate":
        init(gigabytes, work / "reference", 1)
        inputs.append(work / "reference")
        options = ["--reference", work / "reference", "--set", "alpha=0.5"]
    return inputs, options


def measure(operator, gigabytes, rounds, work):
    """Returns the line of one size."""
    inputs, options = prepare(operator, gigabytes, work)
    grown, copy = work / "grown", work / "copy"
    growths, copies, peak = [], [], 0
    for _ in range(rounds):
        shutil.rmtree(grown, ignore_errors=True)
        os.sync()
        seconds, memory = grow(operator, inputs[0], grown, *options)
        growths.append(seconds)
        peak = max(peak, memory)
        copied = [grown] if operator == "stack" else [*inputs, grown]
        copy.mkdir()
        os.sync()
        sources = " ".join(f"'{source}'" for source in copied)
        copies.append(run(["bash", "-c", f"cp -r {sources} '{copy}' && sync"])[0])
        shutil.rmtree(copy)
    read = sum(size(source) for source in inputs) / 1e9
    written = size(grown) / 1e9
    growth, copying = statistics.median(growths), statistics.median(copies)
    moved = written if operator == "stack" else read + written
    return (
        f"{gigabytes:7.2f} {read:7.2f} {written:7.2f} {growth:8.2f} {copying:8.2f}"
        f" {growth / copying:7.2f} {growth / moved:8.2f} {peak / 1e6:8.0f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--operator",
        choices=["stack", "coalesce", "decoalesce", "interpolate"],
        default="stack",
    )
    parser.add_argument("--sizes", default="1.34", help="in GB; default: that of BERT-Large")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=pathlib.Path)
    arguments = parser.parse_args()
    print(f"{arguments.operator}, median of {arguments.rounds}")
    print("   size    read written   growth cp&&sync   ratio   growth     peak")
    print("     GB      GB      GB        s        s             s/GB       MB", flush=True)
    for gigabytes in map(float, arguments.sizes.split(",")):
        work = pathlib.Path(tempfile.mkdtemp(prefix="espalier-growth-", dir=arguments.work))
        try:
            line = measure(arguments.operator, gigabytes, arguments.rounds, work)
            print(line, flush=True)
        finally:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
