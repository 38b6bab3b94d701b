"""Writes a BERT-Base as Hugging Face transformers export it: 12 blocks, 768 wide.

    hf_bert.py OUT
"""

import os
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import transformers

network = transformers.TFBertForMaskedLM(transformers.BertConfig())
network(network.dummy_inputs)
network.save_pretrained(sys.argv[1], saved_model=True)
