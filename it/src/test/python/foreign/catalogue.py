"""The exporters by name. Their packages are loaded only when asked for, as each takes seconds."""

import importlib

MODULES = {
    "hugging_face": ["hf-bert", "hf-gpt2", "hf-vit", "hf-distilbert", "hf-roberta", "hf-electra", "hf-deit",
                     "hf-bert-hidden", "hf-albert", "hf-t5-encoder"],
    "keras_models": ["keras3-export", "keras3-saved", "tfkeras-functional", "kerashub-bert", "kerashub-gpt2"],
    "modules": ["tf-module", "tf-lookup", "many-signatures", "bfloat16-weights", "float16-weights", "sharded", "scan"],
}


def names():
    return [name for group in MODULES.values() for name in group]


def exporter(name):
    for module, group in MODULES.items():
        if name in group:
            found = importlib.import_module("foreign." + module).EXPORTERS
            return next(exporter for exporter in found if exporter.name == name)
    raise SystemExit(f"no exporter named {name}; there are {', '.join(names())}")
