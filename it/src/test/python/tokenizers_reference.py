"""Trains small tokenizers of the kinds in use on a text, and writes what they make of it.

tokenizers_reference.py TEXT DIR
    For each kind DIR/KIND.json is the tokenizer and DIR/KIND.ids.json its tokens of the whole text.
"""

import json
import pathlib
import sys

from tokenizers import (Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers)

BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
T5 = ["<pad>", "</s>", "<unk>"]


def wordpiece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer, trainers.WordPieceTrainer(vocab_size=400, special_tokens=BERT)


def byte_pairs():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    return tokenizer, trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<|endoftext|>"], initial_alphabet=alphabet)


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer, trainers.UnigramTrainer(vocab_size=300, special_tokens=T5, unk_token="<unk>")


def main(text_file, folder):
    text = text_file.read_bytes().decode("utf-8")
    for kind, make in {"wordpiece": wordpiece, "byte-pairs": byte_pairs, "unigram": unigram}.items():
        tokenizer, trainer = make()
        trainer.show_progress = False
        tokenizer.train([str(text_file)], trainer)
        tokenizer.save(str(folder / f"{kind}.json"))
        encoded = tokenizer.encode(text, add_special_tokens=False)
        written = {"size": tokenizer.get_vocab_size(), "ids": encoded.ids}
        (folder / f"{kind}.ids.json").write_text(json.dumps(written))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
