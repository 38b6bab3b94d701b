#!/usr/bin/env python3
"""A step of a sparse model against the dense step, for several widths and sizes of blocks.

The network: BERT, 4 blocks, sequence 128, batch 16, vocabulary 2048, tied head of the 15 in 100
positions that are to be predicted. Nine tenths of the kernels of its blocks are zero, in square
blocks at random places, and products are made of the others alone. Prints, for each width and
size, the FLOPs of matrix products, counted from the graphs, and the median step times, dense over
sparse. Rounds are interleaved, because machines are noisy.

    benchmarks/sparse.py [--sparsity 0.9] [--width 256 …] [--block 32 …] [--rounds 3] [--steps 8]
                         [--ours COMMAND]
"""

import argparse
import shlex
import statistics

import timing

NETWORK = ["family=bert", "share=0.15", "vocabulary=2048"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sparsity", type=float, default=0.9)
    parser.add_argument("--width", type=int, nargs="+", default=[256, 512, 768])
    parser.add_argument("--block", type=int, nargs="+", default=[32, 64])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--ours", type=shlex.split, metavar="COMMAND")
    arguments = parser.parse_args()

    command = [*(arguments.ours or timing.command_of_ours()), str(arguments.steps), *NETWORK]
    steps = {"dense": []}
    for block in arguments.block:
        steps[f"block {block}"] = [f"sparsity={arguments.sparsity}", f"block={block}"]
    rows = []
    with timing.log("sparse") as log:
        for width in arguments.width:
            network = [*command, f"residual={width}", f"heads={width // 64}"]
            times = {name: [] for name in steps}
            flops = {}
            for number in range(1, arguments.rounds + 1):
                for name, options in steps.items():
                    result = timing.run([*network, *options], log)
                    times[name].append(result["median_ms"])
                    flops[name] = result["forward_flops"] + result["backward_flops"]
                row = "  ".join(f"{name} {taken[-1]:.0f}" for name, taken in times.items())
                print(f"width {width}, round {number} (ms): {row}", flush=True)
            rows.append((width, {name: statistics.median(taken) for name, taken in times.items()}, flops))

    print("\nwidth  zeros    block  FLOPs dense/sparse  time dense/sparse")
    for width, medians, flops in rows:
        for block in arguments.block:
            name = f"block {block}"
            print(f"{width:5}  {arguments.sparsity:5.0%}  {block:7}"
                  f"  {flops['dense'] / flops[name]:18.2f}"
                  f"  {medians['dense'] / medians[name]:17.2f}", flush=True)


if __name__ == "__main__":
    main()
