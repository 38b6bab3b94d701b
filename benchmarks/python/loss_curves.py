"""Draws the held-out loss of runs, and of their baselines, by compute.

loss_curves.py NAME FILE RUN...
"""

import json
import math
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot


def curve(directory):
    """Compute in 1e12 operations, and losses; a gap where a model grew."""
    points, stage = [], None
    for line in (directory / "metrics.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event["kind"] == "eval":
            if stage not in (None, event["stage"]):
                points.append((math.nan, math.nan))
            stage = event["stage"]
            points.append((event["flops"] / 1e12, event["loss"]))
    return zip(*points)


def main(name, file, *runs):
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for number, run in enumerate(map(pathlib.Path, runs)):
        for directory, color, label in (
                (run / "baseline", "tab:gray", "from scratch"), (run, "tab:green", name)):
            compute, loss = curve(directory)
            axes.plot(compute, loss, color=color, label=label if number == 0 else None,
                      alpha=0.4 + 0.6 / len(runs))
    axes.set(xlabel="compute (10¹² floating-point operations)", ylabel="held-out loss (nats)")
    axes.legend()
    figure.tight_layout()
    figure.savefig(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
