"""The sentence encoder of ``models/encoder``: a text as a vector, and the labels that the vector speaks for.

multilingual-e5-small, trained further on our messages; the recipe and the model card are beside the files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.settings import ENCODER

Floats = NDArray[np.float32]
START, PAD, END = 0, 1, 2
# Longer texts are cut to this many word pieces.
LONGEST = 128
SIZE = 384


@dataclass(frozen=True)
class Head:
    """What the encoder learned about labels: ``weights`` (size x labels) and ``bias``."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats

    @classmethod
    def load(cls) -> Self:
        """Read the head beside the encoder."""
        with np.load(ENCODER / "head.npz", allow_pickle=False) as arrays:
            return cls(tuple(map(str, arrays["labels"])), np.ascontiguousarray(arrays["weights"]), arrays["bias"])

    def chances(self, vector: Floats) -> Floats:
        """Return the natural logarithm of each label's chance (shape: labels) for a vector (shape: size)."""
        scores = vector @ self.weights + self.bias
        scores -= scores.max()
        return np.asarray(scores - np.log(np.exp(scores).sum()), np.float32)

    def chances_of(self, labels: tuple[str, ...], vector: Floats) -> Floats:
        """Return the same for ``labels``; one that the encoder has never seen gets the chance of a blind guess."""
        places = _places(self.labels, labels)
        return np.where(places < 0, -np.log(len(labels)), self.chances(vector)[places]).astype(np.float32)


@lru_cache
def _places(known: tuple[str, ...], labels: tuple[str, ...]) -> NDArray[np.intp]:
    """Return where each of ``labels`` stands among ``known``; -1 when it does not."""
    return np.array([known.index(label) if label in known else -1 for label in labels], np.intp)


@lru_cache
def head() -> Head:
    """Return the head of this process."""
    return Head.load()


@lru_cache
def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
    # It would keep the last ten thousand words that visitors typed.
    tokenizer.model._resize_cache(0)
    return tokenizer


@lru_cache
def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One message is too little work to share; visitors who write at once use the cores.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(ENCODER / "encoder.onnx", options, providers=["CPUExecutionProvider"])


def encode(texts: Sequence[str]) -> Floats:
    """Return one vector for each text (shape: texts x ``SIZE``); keeps nothing of the texts."""
    if not texts:
        return np.empty((0, SIZE), np.float32)
    rows = [[START, *coded.ids[: LONGEST - 2], END] for coded in _tokenizer().encode_batch(list(texts))]
    pieces = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    mask = np.zeros_like(pieces)
    for i, row in enumerate(rows):
        pieces[i, : len(row)] = row
        mask[i, : len(row)] = 1
    (vectors,) = _session().run(["vector"], {"pieces": pieces, "mask": mask})
    return np.asarray(vectors, np.float32)


def load() -> None:
    """Read the encoder, so that no visitor waits for it."""
    _tokenizer(), _session(), head()
