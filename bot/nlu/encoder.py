"""The sentence encoder of ``models/encoder``: a text as a vector, and the labels that the vector speaks for.

multilingual-e5-small, trained further on our messages; the recipe and the model card are beside the files.
"""

from collections.abc import Iterator, Sequence
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
# Texts go through the encoder together when the longest has at most so many times the pieces of the shortest.
SLACK = 1.5


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
    coder = _tokenizer()
    rows = [[START, *coder.encode(text).ids[: LONGEST - 2], END] for text in texts]
    vectors = np.empty((len(rows), SIZE), np.float32)
    for group in _alike(list(map(len, rows))):
        vectors[group] = _run([rows[i] for i in group])
    return vectors


def _alike(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of rows in groups of nearly one length: shorter ones cost as much as the longest beside them."""
    group: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and lengths[place] > SLACK * lengths[group[0]]:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _run(rows: Sequence[Sequence[int]]) -> Floats:
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
