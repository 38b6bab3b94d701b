#!/usr/bin/env python3
"""Growth of a large model against copying the bytes it writes.

Builds a BERT of 24 blocks, 1024 wide (1.3 GB in float32), stacks it to 48 blocks and prints the
median wall time of the growth over that of `cp && sync` of the bytes that the growth wrote, and
the growth's peak resident memory. Rounds are interleaved, because machines are noisy.

    benchmarks/growth.py [--rounds 5] [--preset large] [--work DIR]
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


def run(command):
    """Runs a command and returns its wall time in seconds and peak memory in bytes."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return time.monotonic() - start, usage.ru_maxrss * 1024


def size(directory):
    """Returns the bytes of all files below a directory."""
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--preset", default="large")
    parser.add_argument("--work", type=pathlib.Path)
    arguments = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="espalier-growth-", dir=arguments.work))
    espalier = ROOT / "espalier"
    try:
        small, grown, copy = work / "small", work / "grown", work / "copy"
        run([espalier, "init", "--family", "bert", "--preset", arguments.preset, "--out", small])
        growths, copies, peak = [], [], 0
        for _ in range(arguments.rounds):
            shutil.rmtree(grown, ignore_errors=True)
            os.sync()
            seconds, memory = run(
                [espalier, "grow", "stack", small, "--set", "factor=2", "--out", grown]
            )
            growths.append(seconds)
            peak = max(peak, memory)
            shutil.rmtree(copy, ignore_errors=True)
            os.sync()
            seconds, _ = run(["bash", "-c", f"cp -r '{grown}' '{copy}' && sync"])
            copies.append(seconds)
        growth, copied = statistics.median(growths), statistics.median(copies)
        print(f"model read        {size(small) / 1e9:8.2f} GB")
        print(f"bytes written     {size(grown) / 1e9:8.2f} GB")
        print(f"growth            {growth:8.2f} s  median of {arguments.rounds}")
        print(f"cp && sync        {copied:8.2f} s  median of {arguments.rounds}")
        print(f"ratio             {growth / copied:8.2f}")
        print(f"peak memory       {peak / 1e6:8.0f} MB")
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
