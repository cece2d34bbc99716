"""A hash embedding that sees more of the spelling of a word than spaCy's own.

The package imports this module, so that spaCy finds the architecture by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from spacy import registry
from spacy.strings import hash_string
from spacy.tokens import Doc
from spacy.vectors import Vectors
from thinc.api import HashEmbed, Maxout, Model, Ragged, chain, concatenate, list2ragged, ragged2list, with_array
from thinc.initializers import glorot_uniform_init

# The last letters of a word in lower case (heads of compounds, endings), and its first ones.
ENDINGS = (2, 4, 5, 7)
BEGINNINGS = (3, 5)
PARTS = len(ENDINGS) + len(BEGINNINGS)
# A word without a vector takes that of its longest ending that has one, if it is this long, a bit weaker.
SHORTEST_HEAD = 4
WEAKER = 0.75
# Words that are remembered, and pipelines for which they are.
CACHED = 100_000
PIPELINES = 8

_spellings: dict[int, list[int]] = {}
_rows: dict[int, tuple[Vectors, dict[int, tuple[int, float]]]] = {}


def spelling(word: str) -> list[int]:
    """Hashes of the endings and beginnings of a word."""
    lower = word.lower()
    parts = [f"-{lower[-size:]}" for size in ENDINGS]
    parts += [f"{lower[:size]}-" for size in BEGINNINGS]
    return [hash_string(part) for part in parts]


def find_row(vectors: Vectors, word: str) -> tuple[int, float]:
    """Row of a word's vector (-1: none) and its weight."""
    rows = vectors.key2row
    lower = word.lower()
    row = rows.get(hash_string(lower))
    if row is not None:
        return int(row), 1.0
    if word[:1].islower() or "-" in word:
        for start in range(2, len(lower) - SHORTEST_HEAD + 1):
            row = rows.get(hash_string(lower[start:].lstrip("-")))
            if row is not None:
                return int(row), WEAKER
    return -1, 0.0


def remembered(vectors: Vectors) -> dict[int, tuple[int, float]]:
    """The rows that were found before in a table of vectors."""
    kept = _rows.get(id(vectors))
    if kept is None or kept[0] is not vectors or len(kept[1]) > CACHED:
        if len(_rows) >= PIPELINES:
            _rows.clear()
        kept = _rows[id(vectors)] = (vectors, {})
    return kept[1]


def spelling_forward(model: Model, docs: list[Doc], is_train: bool) -> tuple[list[Any], Callable[[Any], list[Doc]]]:
    """Attributes of spaCy and hashes of parts of the words, a row a token."""
    columns = model.attrs["columns"]
    result = []
    if len(_spellings) > CACHED:
        _spellings.clear()
    for doc in docs:
        attributes = doc.to_array(columns).reshape((len(doc), len(columns))).astype(np.uint64)
        rows = []
        for token in doc:
            row = _spellings.get(token.orth)
            if row is None:
                row = _spellings[token.orth] = spelling(token.text)
            rows.append(row)
        parts = np.asarray(rows, dtype=np.uint64).reshape((len(doc), PARTS))
        result.append(model.ops.asarray2i(np.hstack([attributes, parts]), dtype="uint64"))
    return result, lambda gradient: []


def vectors_forward(model: Model, docs: list[Doc], is_train: bool) -> tuple[Ragged, Callable[[Ragged], list[Doc]]]:
    """Projected word vectors."""
    vectors = docs[0].vocab.vectors
    known = remembered(vectors)
    found = []
    for doc in docs:
        for token in doc:
            row = known.get(token.orth)
            if row is None:
                row = known[token.orth] = find_row(vectors, token.text)
            found.append(row)
    numbers = np.asarray([row for row, _ in found], dtype=np.int64)
    weights = np.asarray([weight for _, weight in found], dtype=np.float32).reshape(-1, 1)
    values = model.ops.asarray2f(vectors.data[numbers].astype(np.float32) * weights)
    projection = model.get_param("W")
    output = Ragged(model.ops.gemm(values, projection, trans2=True), model.ops.asarray1i([len(doc) for doc in docs]))

    def backprop(gradient: Ragged) -> list[Doc]:
        model.inc_grad("W", model.ops.gemm(gradient.data, values, trans1=True))
        return []

    return output, backprop


def vectors_init(model: Model, X: list[Doc] | None = None, Y: Any = None) -> Model:  # noqa: N803 (names that thinc uses)
    if X:
        size = X[0].vocab.vectors.shape[1]
        model.set_dim("nM", size)
        model.set_param("W", glorot_uniform_init(model.ops, (model.get_dim("nO"), size)))
    return model


def word_vectors(width: int) -> Model[list[Doc], Ragged]:
    """Fixed vectors of words, or of the heads of unknown compounds, brought to a width."""
    return Model(
        "word_vectors",
        vectors_forward,
        init=vectors_init,
        params={"W": None},
        dims={"nO": width, "nM": None},
    )


@registry.architectures("signaalwijzer.SpellingEmbed.v1")
def spelling_embed(
    width: int,
    attrs: list[str],
    rows: list[int],
    part_width: int,
    part_rows: list[int],
    vector_width: int,
) -> Model[list[Doc], Any]:
    """Embed attributes, beginnings and endings of words, and word vectors (unless vector_width is 0)."""
    if len(rows) != len(attrs) or len(part_rows) != PARTS:
        raise ValueError("rows do not fit the features")
    extract: Model = Model("spelling_features", spelling_forward, attrs={"columns": list(attrs)})
    sizes = [(width, size) for size in rows] + [(part_width, size) for size in part_rows]
    tables = [HashEmbed(wide, size, column=i, seed=8 + i, dropout=0.0) for i, (wide, size) in enumerate(sizes)]
    mixed: Model = chain(extract, list2ragged(), with_array(concatenate(*tables)))
    if vector_width:
        mixed = concatenate(mixed, word_vectors(vector_width))
    total = sum(wide for wide, _ in sizes) + vector_width
    return chain(mixed, with_array(Maxout(width, total, nP=3, dropout=0.0, normalize=True)), ragged2list())
