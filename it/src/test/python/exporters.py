"""Writes small models with the exporters that Python teams use.

exporters.py NAME,...|all OUT [--templates NAME,...] [--blocks N --residual N --heads N --ffn N]
  OUT/NAME/model         the SavedModel
  OUT/NAME/inputs.npz    example inputs, by argument name of the signatures
  OUT/NAME/outputs.npz   what the Python network answers, by output of `serving_default`; of others as signature:output
  OUT/NAME/variables.json  the names of the exporter's variables with their checkpoint keys
  OUT/NAME/template/     the same, twice as wide, of each of --templates
exporters.py list        the names
"""

import argparse
import os
import sys
import time
import traceback

import foreign
from foreign import catalogue
from foreign.exporter import SMALL, WIDE, Sizes


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("names", help="a name, several with commas, all, or list")
    parser.add_argument("out", nargs="?")
    parser.add_argument("--templates", default="")
    for field, value in vars(SMALL).items():
        parser.add_argument("--" + field, type=int, default=value)
    arguments = parser.parse_args()
    if arguments.names == "list":
        print("\n".join(catalogue.names()))
        return
    sizes = Sizes(**{field: getattr(arguments, field) for field in vars(SMALL)})
    names = catalogue.names() if arguments.names == "all" else arguments.names.split(",")
    failed = False
    for name in names:
        started = time.time()
        try:
            folder = os.path.join(arguments.out, name)
            catalogue.exporter(name).write(folder, sizes)
            if name in arguments.templates.split(","):
                catalogue.exporter(name).write(os.path.join(folder, "template"), WIDE)
            print(f"{name}: written in {time.time() - started:.1f} s", flush=True)
        except Exception:
            failed = True
            print(f"{name}: {traceback.format_exc()}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
