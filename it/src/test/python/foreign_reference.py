"""Compares SavedModels that Espalier wrote with networks that the exporters' own Python builds.

foreign_reference.py CASES.json OUT.json   a list of cases; writes the list of what they showed
foreign_reference.py depth EXPORTER FIXTURE GROWN 0,1,2,0,1,2
  FIXTURE is what exporters.py wrote; the block map names the old block of each block of GROWN

A case is an object: check (depth, width, trained or recipe), exporter, fixture, model (the grown one), and
  depth    map, and full for the slow checks: saved again, served, a Keras layer, restored by object path
  width    template, what exporters.py wrote at the larger size; growth that kept what the model computes
  trained  before, the model that was trained; blocks; loss, Java's, on examples, a file; python_out, where Python
           trains on and saves, then python_loss comes back with the case
  recipe   page, the documentation whose Python is run beside the model
"""

import json
import os
import sys
import tempfile
import traceback

import foreign
from foreign import catalogue
from foreign.checks import Findings, Source, check_depth
from foreign.trained import check_trained, check_width


def run(case, sources):
    findings = Findings()
    try:
        exporter = catalogue.exporter(case["exporter"])
        if case["check"] == "recipe":
            follow_recipe(case, findings)
        elif case["check"] == "depth":
            fixture = case["fixture"]
            if fixture not in sources:
                sources.clear()  # One at a time: loaded models take memory.
                sources[fixture] = Source(exporter, fixture, fixture + "/model")
            check_depth(sources[fixture], case["model"], case["map"], case.get("full", True), findings)
        else:
            {"trained": check_trained, "width": check_width}[case["check"]](case, exporter, findings)
    except Exception:
        findings.failures.append(traceback.format_exc()[-1500:])
    if not findings.shown:
        findings.failures.append("nothing was compared")
    return {**case, "passed": not findings.failures, "largest_difference": findings.largest,
            "shown": findings.shown, "failures": findings.failures}


def follow_recipe(case, findings):
    """Runs the Python that docs/interop.md shows, beside a model named grown."""
    with open(case["page"]) as f:
        code = f.read().split("<!-- recipe", 1)[1].split("```python\n", 1)[1].split("```", 1)[0]
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as directory:
        os.symlink(case["model"], os.path.join(directory, "grown"))
        os.chdir(directory)
        try:
            exec(code, {})
        finally:
            os.chdir(before)
    findings.shown.append("the recipe ran")


def main(arguments):
    if arguments[0] == "depth":
        exporter, fixture, grown, block_map = arguments[1:]
        cases = [{"check": "depth", "exporter": exporter, "fixture": fixture, "model": grown,
                  "map": [int(block) for block in block_map.split(",")]}]
    else:
        with open(arguments[0]) as f:
            cases = json.load(f)
    sources, shown = {}, []
    for case in cases:
        shown.append(run(case, sources))
        result = "ok" if shown[-1]["passed"] else shown[-1]["failures"]
        print(case["exporter"], case["check"], case["model"], result, flush=True)
    if len(arguments) == 2:
        with open(arguments[1], "w") as f:
            json.dump(shown, f, indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
