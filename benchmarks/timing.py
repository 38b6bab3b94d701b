"""Runs contenders of a benchmark and reads what they print."""

import json
import os
import pathlib
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def command_of_ours():
    """Compiles the tests of tf-backend and returns the command that times our step."""
    modules = ["-pl", "tf-backend,cli", "-am"]
    subprocess.run(
        ["mvn", "-B", "-q", "-f", str(ROOT), *modules, "-DskipTests", "package"], check=True
    )
    paths = [
        ROOT / "tf-backend/target/classes",
        ROOT / "tf-backend/target/test-classes",
        ROOT / "cli/target/app/lib/*",
    ]
    options = ["-Xmx1g", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"]
    path = os.pathsep.join(map(str, paths))
    return ["java", *options, "-cp", path, "org.espalier.tf.train.StepTiming"]


def log(name):
    """Opens the file that takes what the contenders write to standard error."""
    (ROOT / "target").mkdir(exist_ok=True)
    return open(ROOT / f"target/benchmark-{name}.log", "w")


def run(command, log):
    """Runs a contender and returns the JSON object that it prints last."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=log, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{shlex.join(command)} ended with {done.returncode}; see {log.name}")
    return json.loads(done.stdout.strip().splitlines()[-1])
