"""Models of `transformers`, saved with `save_pretrained(saved_model=True)`."""

import os
import re
import shutil
import tempfile

import numpy as np
import transformers
from transformers.utils import logging

from foreign.exporter import CLASSES, POSITIONS, VOCABULARY, Exporter, tokens

logging.set_verbosity_error()


class HuggingFace(Exporter):
    """A TF class of transformers; what differs is its configuration."""

    model = None
    token_types = False
    saved_again = False

    def config(self, sizes):
        raise NotImplementedError

    def build(self, sizes):
        network = self.model(self.config(sizes))
        network(self.inputs())
        return network

    def save(self, network, path):
        with tempfile.TemporaryDirectory() as folder:
            network.save_pretrained(folder, saved_model=True)
            shutil.move(os.path.join(folder, "saved_model", "1"), path)

    def inputs(self):
        named = tokens()
        if self.token_types:
            named["token_type_ids"] = np.repeat([[0] * 5 + [1] * 7], 2, axis=0).astype(np.int32)
        return named

    def outputs(self, network, inputs):
        answer = network.serving_output(network(inputs, training=False))
        named = {name: np.asarray(value) for name, value in answer.items() if value is not None}
        texts = all(value.dtype == np.int32 for value in inputs.values())
        return {"serving_default": named, **({"int64_serving": named} if texts else {})}


class Bert(HuggingFace):
    name = "hf-bert"
    model = transformers.TFBertForMaskedLM
    token_types = True
    saved_again = True

    def config(self, sizes):
        return transformers.BertConfig(
            vocab_size=VOCABULARY, hidden_size=sizes.residual, num_hidden_layers=sizes.blocks,
            num_attention_heads=sizes.heads, intermediate_size=sizes.ffn, max_position_embeddings=POSITIONS)


class BertWithHiddenStates(Bert):
    """Its signature answers with the output of every block."""

    name = "hf-bert-hidden"
    saved_again = False

    def config(self, sizes):
        config = super().config(sizes)
        config.output_hidden_states = True
        return config


class Roberta(HuggingFace):
    name = "hf-roberta"
    model = transformers.TFRobertaForMaskedLM

    def config(self, sizes):
        return transformers.RobertaConfig(
            vocab_size=VOCABULARY, hidden_size=sizes.residual, num_hidden_layers=sizes.blocks,
            num_attention_heads=sizes.heads, intermediate_size=sizes.ffn, max_position_embeddings=POSITIONS,
            type_vocab_size=1)


class Electra(HuggingFace):
    """The generator: embeddings narrower than the blocks."""

    name = "hf-electra"
    model = transformers.TFElectraForMaskedLM
    token_types = True

    def config(self, sizes):
        return transformers.ElectraConfig(
            vocab_size=VOCABULARY, embedding_size=20, hidden_size=sizes.residual, num_hidden_layers=sizes.blocks,
            num_attention_heads=sizes.heads, intermediate_size=sizes.ffn, max_position_embeddings=POSITIONS)


class Gpt2(HuggingFace):
    name = "hf-gpt2"
    model = transformers.TFGPT2LMHeadModel
    block = re.compile(r"(?<=h_\._)(\d+)")

    def config(self, sizes):
        return transformers.GPT2Config(
            vocab_size=VOCABULARY, n_embd=sizes.residual, n_layer=sizes.blocks, n_head=sizes.heads,
            n_inner=sizes.ffn, n_positions=POSITIONS, bos_token_id=1, eos_token_id=2)


class DistilBert(HuggingFace):
    name = "hf-distilbert"
    model = transformers.TFDistilBertForMaskedLM

    def config(self, sizes):
        return transformers.DistilBertConfig(
            vocab_size=VOCABULARY, dim=sizes.residual, n_layers=sizes.blocks, n_heads=sizes.heads,
            hidden_dim=sizes.ffn, max_position_embeddings=POSITIONS)


class Vit(HuggingFace):
    name = "hf-vit"
    model = transformers.TFViTForImageClassification

    def config(self, sizes):
        return transformers.ViTConfig(
            hidden_size=sizes.residual, num_hidden_layers=sizes.blocks, num_attention_heads=sizes.heads,
            intermediate_size=sizes.ffn, image_size=16, patch_size=4, num_labels=CLASSES)

    def inputs(self):
        return {"pixel_values": np.random.default_rng(5).normal(0, 1, (2, 3, 16, 16)).astype(np.float32)}


class Deit(Vit):
    name = "hf-deit"
    model = transformers.TFDeiTForImageClassification

    def config(self, sizes):
        return transformers.DeiTConfig(
            hidden_size=sizes.residual, num_hidden_layers=sizes.blocks, num_attention_heads=sizes.heads,
            intermediate_size=sizes.ffn, image_size=16, patch_size=4, num_labels=CLASSES)


class Albert(HuggingFace):
    name = "hf-albert"
    model = transformers.TFAlbertForMaskedLM
    token_types = True

    def config(self, sizes):
        return transformers.AlbertConfig(
            vocab_size=VOCABULARY, embedding_size=20, hidden_size=sizes.residual, num_hidden_layers=sizes.blocks,
            num_attention_heads=sizes.heads, intermediate_size=sizes.ffn, max_position_embeddings=POSITIONS)


class T5Encoder(HuggingFace):
    name = "hf-t5-encoder"
    model = transformers.TFT5EncoderModel

    def config(self, sizes):
        return transformers.T5Config(
            vocab_size=VOCABULARY, d_model=sizes.residual, num_layers=sizes.blocks, num_heads=sizes.heads,
            d_kv=sizes.residual // sizes.heads, d_ff=sizes.ffn)

    def outputs(self, network, inputs):
        answer = network(inputs["input_ids"], attention_mask=inputs["attention_mask"], training=False)
        named = {"last_hidden_state": np.asarray(answer.last_hidden_state)}
        return {"serving_default": named, "int64_serving": named}


EXPORTERS = [Bert(), Gpt2(), Vit(), DistilBert(), Roberta(), Electra(), Deit(), BertWithHiddenStates(), Albert(),
             T5Encoder()]
