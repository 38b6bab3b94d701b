#!/usr/bin/env python3
"""What growth saves: recipes against training from scratch, on a text, with several seeds.

Each recipe, or schedule in a YAML file, is run with each seed and then its last model is trained
from scratch for as many steps (`espalier run --baseline`). Seeds go round the recipes, so that a
short time limit leaves every recipe with some. What was stopped goes on where it stood when the
same command is given again. Writes results.md, results.json and a plot per recipe into --out.

    benchmarks/experiment.py --data TEXT [--recipes stacking-bert,mslt] [--budget 1] [--seeds 3]
        [--hours 8] [--out DIR]
"""

import argparse
import json
import pathlib
import signal
import statistics
import subprocess
import sys
import time

from step import environment
from timing import ROOT

RECIPES = ["stacking-bert", "stacking-gpt", "mslt", "multi-level", "multi-level-3", "dynamic-sparse"]


class Run:
    """One recipe with one seed, and its baseline."""

    def __init__(self, recipe, budget, seed, out):
        self.recipe = recipe
        self.budget = budget
        self.name = pathlib.Path(recipe).stem
        self.seed = seed
        self.directory = out / self.name / f"seed-{seed}"
        self.answer = self.directory.with_suffix(".json")

    def done(self):
        return self.answer.exists()

    def go(self, data, until):
        """Runs, or goes on, until a time; returns whether it was finished by then."""
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        command = [ROOT / "espalier", "run", self.recipe, "--data", data, "--seed", self.seed,
                   "--budget", self.budget, "--baseline", "--out", self.directory, "--json"]
        if self.directory.exists():
            command.append("--resume")
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE)
        try:
            answer, _ = process.communicate(timeout=max(1, until - time.monotonic()))
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as stopped:
            process.send_signal(signal.SIGINT)
            process.communicate()
            if isinstance(stopped, KeyboardInterrupt):
                raise
            return False
        if process.returncode != 0:
            raise SystemExit(f"{self.name} with seed {self.seed} ended with {process.returncode}")
        # Renamed when it is whole, so that a file that is there is a result.
        part = self.answer.with_suffix(".part")
        part.write_bytes(answer)
        part.rename(self.answer)
        return True

    def result(self):
        return json.loads(self.answer.read_text())


def spread(values, scale=1.0, unit="", digits=3):
    """The mean of what is there, with the deviation of a sample; and how many never came so far."""
    there = [value * scale for value in values if value is not None]
    if not there:
        return "never"
    text = f"{statistics.mean(there):.{digits}f}"
    if len(there) > 1:
        text += f" ± {statistics.stdev(there):.{digits}f}"
    missed = len(values) - len(there)
    return text + unit + (f" ({missed} of {len(values)} never)" if missed else "")


def table(results):
    lines = [
        "| recipe | seeds | held-out loss | from scratch | compute, of scratch | compute saved | time saved |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, answers in results.items():
        scratch = [answer["baseline"] for answer in answers]
        lines.append("| " + " | ".join([
            name,
            str(len(answers)),
            spread([answer["held_out_loss"] for answer in answers]),
            spread([base["held_out_loss"] for base in scratch]),
            spread([base["run_flops"] / base["flops"] for base in scratch], digits=2),
            spread([base["flops_saved"] for base in scratch], 100, " %", 1),
            spread([base["seconds_saved"] for base in scratch], 100, " %", 1),
        ]) + " |")
    return "\n".join(lines) + "\n"


def plot(runs, file):
    script = ROOT / "benchmarks/python/loss_curves.py"
    requirements = ROOT / "benchmarks/python/requirements-plots.txt"
    python = environment("plots", requirements)
    directories = [run.directory for run in runs]
    subprocess.run([python, script, runs[0].name, file, *directories], check=True)


def write(runs, out):
    results = {}
    for run in runs:
        if run.done():
            results.setdefault(run.name, []).append(run.result())
    (out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (out / "results.md").write_text(table(results))
    for name in results:
        plot([run for run in runs if run.name == name and run.done()], out / f"{name}.svg")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="a text, or its tokens")
    parser.add_argument("--recipes", default=",".join(RECIPES), help="names or YAML files")
    parser.add_argument("--budget", type=float, default=1, help="factor of the recipes' steps")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "target/experiment")
    arguments = parser.parse_args()
    until = time.monotonic() + 3600 * arguments.hours
    runs = [Run(recipe, arguments.budget, seed, arguments.out)
            for seed in range(1, arguments.seeds + 1)
            for recipe in arguments.recipes.split(",")]
    for run in runs:
        if not run.done() and not run.go(arguments.data, until):
            print(f"stopped in {run.name} with seed {run.seed}; the same command goes on", file=sys.stderr)
            break
    arguments.out.mkdir(parents=True, exist_ok=True)
    write(runs, arguments.out)
    print((arguments.out / "results.md").read_text(), end="")


if __name__ == "__main__":
    main()
