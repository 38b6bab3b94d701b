#!/usr/bin/env python3
"""A step that trains the top blocks only against a step that trains all, and against its FLOPs.

The network: 12 blocks, 256 wide, 4 heads, sequence 128, batch 16, vocabulary 8192, tied head. The
part trains blocks 9 to 11; the rest, with the token table, is frozen. Prints both ratios, part over
whole: of the FLOPs of matrix products, counted from the graphs, and of the median step times.
Rounds are interleaved, because machines are noisy.

    benchmarks/part.py [--rounds 5] [--steps 12] [--ours COMMAND]
"""

import argparse
import shlex
import statistics

import timing

NETWORK = ["blocks=12"]
STEPS = {"whole": ["train=all"], "part": ["train=blocks=9..11"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--ours", type=shlex.split, metavar="COMMAND")
    arguments = parser.parse_args()

    command = [*(arguments.ours or timing.command_of_ours()), str(arguments.steps), *NETWORK]
    times = {name: [] for name in STEPS}
    flops = {}
    with timing.log("part") as log:
        for number in range(1, arguments.rounds + 1):
            for name, options in STEPS.items():
                result = timing.run([*command, *options], log)
                times[name].append(result["median_ms"])
                flops[name] = result["forward_flops"] + result["backward_flops"]
            row = "  ".join(f"{name} {taken[-1]:.0f}" for name, taken in times.items())
            print(f"round {number} (ms): {row}", flush=True)

    whole, part = (statistics.median(times[name]) for name in STEPS)
    print(f"\nFLOPs:  {flops['part'] / 1e9:.2f} of {flops['whole'] / 1e9:.2f} GFLOP: "
          f"{flops['part'] / flops['whole']:.3f}")
    print(f"time:   {part:.0f} of {whole:.0f} ms: {part / whole:.3f}")


if __name__ == "__main__":
    main()
