#!/usr/bin/env python3
"""What growth saves: recipes against training from scratch, on a text, with several seeds.

Each recipe, or schedule in a YAML file, is run with each seed and then its last model is trained
from scratch (`espalier run --baseline`): for as many steps, or with --compute times the recipe's
compute. With --rates the baseline's peak learning rate is the best of those with the first seed.
Seeds go round the recipes, so that a short time limit leaves every recipe with some. What was
stopped goes on where it stood when the same command is given again. Writes results.md, results.json
and a plot per recipe into --out.

    benchmarks/experiment.py --data TEXT [--recipes stacking-bert,mslt] [--budget 1] [--seeds 3]
        [--compute 1.5] [--rates 5e-4,1e-3] [--hours 8] [--out DIR]
"""

import argparse
import json
import pathlib
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import time

from step import environment
from timing import ROOT

RECIPES = [
    "stacking-bert",
    "stacking-gpt",
    "combined",
    "mslt",
    "multi-level",
    "multi-level-3",
    "dynamic-sparse",
]


class Run:
    """One recipe with one seed, and its baseline."""

    def __init__(self, recipe, seed, arguments):
        self.recipe = recipe
        self.seed = seed
        self.arguments = arguments
        self.name = pathlib.Path(recipe).stem
        self.directory = arguments.out / self.name / f"seed-{seed}"
        self.answer = self.directory.with_suffix(".json")
        self.tuning = self.directory.with_name("tuning.json")

    def done(self):
        return self.answer.exists()

    def go(self, until):
        """Runs, or goes on, until a time; returns whether it was finished by then."""
        if not self.arguments.rates:
            return self.run(self.directory, ["--baseline"], self.answer, until)
        if not self.tuning.exists():
            return self.tune(until)
        return self.run(self.directory, self.scratch(self.rate()), self.answer, until)

    def rate(self):
        return json.loads(self.tuning.read_text())["rate"]

    def tune(self, until):
        """Runs the recipe once, and a baseline with each rate in a copy of that; keeps the best."""
        if not self.run(self.directory, [], self.directory.with_suffix(".alone"), until):
            return False
        losses = {}
        for rate in self.arguments.rates:
            copy = self.directory.with_name(f"{self.directory.name}-rate-{rate}")
            if not copy.exists():
                part = copy.with_suffix(".part")
                shutil.rmtree(part, ignore_errors=True)
                shutil.copytree(self.directory, part)
                part.rename(copy)
            answer = copy.with_name(copy.name + ".json")
            try:
                if not self.run(copy, self.scratch(rate), answer, until):
                    return False
                losses[rate] = json.loads(answer.read_text())["baseline"]["held_out_loss"]
            except subprocess.CalledProcessError as failed:
                print(f"{self.name}: no baseline with a rate of {rate}: {failed}", file=sys.stderr)
        if not losses:
            raise SystemExit(f"{self.name} has no baseline with any of {self.arguments.rates}")
        best = min(losses, key=lambda rate: losses[rate])
        shutil.rmtree(self.directory)
        self.directory.with_name(f"{self.directory.name}-rate-{best}").rename(self.directory)
        self.directory.with_name(f"{self.directory.name}-rate-{best}.json").rename(self.answer)
        self.tuning.write_text(json.dumps({"rate": best, "losses": losses}, indent=1) + "\n")
        return True

    def scratch(self, rate):
        return ["--baseline", "--baseline-learning-rate", rate]

    def run(self, directory, scratch, answer_file, until):
        if answer_file.exists():
            return True
        directory.parent.mkdir(parents=True, exist_ok=True)
        command = [ROOT / "espalier", "run", self.recipe, "--data", self.arguments.data]
        command += ["--seed", self.seed, "--budget", self.arguments.budget, *scratch]
        command += ["--out", directory, "--json"]
        if scratch and self.arguments.compute:
            command += ["--baseline-compute", self.arguments.compute]
        if directory.exists():
            command.append("--resume")
        command = [str(part) for part in command]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            answer, _ = process.communicate(timeout=max(1, until - time.monotonic()))
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as stopped:
            process.send_signal(signal.SIGINT)
            process.communicate()
            if isinstance(stopped, KeyboardInterrupt):
                raise
            return False
        if process.returncode != 0:
            raise subprocess.CalledProcessError(process.returncode, shlex.join(command))
        # Renamed when it is whole, so that a file that is there is a result.
        part = answer_file.with_suffix(".part")
        part.write_bytes(answer)
        part.rename(answer_file)
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


def keep_settings(arguments):
    """Refuses to go on in a folder whose results were made with other settings."""
    settings = {name: getattr(arguments, name) for name in ("budget", "compute", "rates")}
    settings["data"] = str(arguments.data)
    file = arguments.out / "settings.json"
    if file.exists() and json.loads(file.read_text()) != settings:
        raise SystemExit(f"{arguments.out} holds results of {file.read_text().strip()}; give another --out")
    arguments.out.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="a text, or its tokens")
    parser.add_argument("--recipes", default=",".join(RECIPES), help="names or YAML files")
    parser.add_argument("--budget", type=float, default=1, help="factor of the recipes' steps")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--compute", type=float, help="of a baseline, as a multiple of the recipe's")
    parser.add_argument("--rates", type=lambda text: text.split(","), default=[], help="of baselines")
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "target/experiment")
    arguments = parser.parse_args()
    until = time.monotonic() + 3600 * arguments.hours
    keep_settings(arguments)
    runs = [Run(recipe, seed, arguments)
            for seed in range(1, arguments.seeds + 1)
            for recipe in arguments.recipes.split(",")]
    for run in runs:
        try:
            finished = run.done() or run.go(until)
        except subprocess.CalledProcessError as failed:
            raise SystemExit(f"{run.name} with seed {run.seed}: {failed}") from None
        if not finished:
            print(f"stopped in {run.name} with seed {run.seed}; the same command goes on", file=sys.stderr)
            break
    write(runs, arguments.out)
    print((arguments.out / "results.md").read_text(), end="")


if __name__ == "__main__":
    main()
