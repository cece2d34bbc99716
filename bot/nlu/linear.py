"""A linear text classifier over words and letter groups: trained with scikit-learn, used without it.

One message touches some two hundred of eighty thousand features, so scoring gathers those rows of the weights and adds
them up (0.2 ms), where scikit-learn's vectorizers and sparse products need 3 ms for a single text.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.nlu.text import spell

Floats = NDArray[np.float32]


def words(text: str) -> list[str]:
    """Return the words and neighbouring pairs of spelled text."""
    tokens = text.replace("'", "").translate(_PUNCTUATION).split()
    return [*tokens, *map(" ".join, pairwise(tokens))]


def letters(text: str) -> list[str]:
    """Return the groups of two to five letters in spelled text, within words, with a blank at either end of a word."""
    groups = []
    for token in text.split():
        padded = f" {token} "
        for size in range(2, 6):
            if len(padded) <= size:
                groups.append(padded)
                break
            groups += [padded[start : start + size] for start in range(len(padded) - size + 1)]
    return groups


_PUNCTUATION = str.maketrans(dict.fromkeys('.,;:!?"()[]{}<>/\\|-_*+=~^#@&%$€…–—•¿¡،؟', " "))


@dataclass(frozen=True)
class View:
    """One way to look at text: a bag of parts with tf-idf weights of length one.

    ``rows`` gives each known part its place in ``idf`` (shape: parts).
    """

    parts: Callable[[str], Iterable[str]]
    rows: dict[str, int]
    idf: Floats

    @classmethod
    def fit(cls, parts: Callable[[str], Iterable[str]], texts: Sequence[str], least: int) -> Self:
        """Learn the parts that occur in at least ``least`` of ``texts`` (spelled)."""
        counts = Counter(part for text in texts for part in set(parts(text)))
        known = sorted(part for part, count in counts.items() if count >= least)
        idf = np.array([1 + np.log((1 + len(texts)) / (1 + counts[part])) for part in known], np.float32)
        return cls(parts, {part: row for row, part in enumerate(known)}, idf)

    def weigh(self, text: str) -> tuple[NDArray[np.intp], Floats]:
        """Return the rows of the known parts of spelled ``text`` and their weights (same shape)."""
        known = [row for row in map(self.rows.get, self.parts(text)) if row is not None]
        rows, counts = np.unique(np.array(known, np.intp), return_counts=True)
        weights = self.idf[rows] * (1 + np.log(counts, dtype=np.float32))
        length = float(np.sqrt(weights @ weights))
        return rows, weights / length if length else weights


@dataclass(frozen=True)
class LinearModel:
    """Scores of labels for a text, for one or more questions about it.

    ``questions`` holds the labels of each question. ``weights`` has a row for each word and each letter group and a
    column for each label, of all questions side by side; stored in half precision. A text is weighed once for all.
    """

    questions: tuple[tuple[str, ...], ...]
    views: tuple[View, View]
    weights: tuple[Floats, Floats]
    bias: Floats

    @classmethod
    def fit(cls, texts: Sequence[str], *answers: Sequence[str]) -> Self:
        """Train on texts as typed, and for each question the label of each text.

        Raises:
            ValueError: the lengths differ or a question has fewer than three labels (two would share a column).
        """
        from scipy.sparse import csr_matrix, hstack
        from sklearn.svm import LinearSVC

        if any(len(set(labels)) < 3 for labels in answers):
            raise ValueError("a question needs three labels or more")
        spelled = [spell(text) for text in texts]
        views = (View.fit(words, spelled, 1), View.fit(letters, spelled, 2))
        blocks: list[Any] = []
        for view in views:
            weighed = [view.weigh(text) for text in spelled]
            starts = np.cumsum([0, *(len(rows) for rows, _ in weighed)])
            blocks.append(
                csr_matrix(
                    (np.concatenate([w for _, w in weighed]), np.concatenate([r for r, _ in weighed]), starts),
                    (len(texts), len(view.rows)),
                )
            )
        examples = hstack(blocks).tocsr()
        machines = [
            LinearSVC(C=2.0, class_weight="balanced", tol=1e-2, random_state=0).fit(examples, labels)
            for labels in answers
        ]
        # As precise as what is stored, so that a model answers the same before and after.
        coefficients = np.vstack([machine.coef_ for machine in machines]).T.astype(np.float16).astype(np.float32)
        first, second = np.split(coefficients, [len(views[0].rows)])
        bias = np.concatenate([machine.intercept_ for machine in machines]).astype(np.float32)
        return cls(tuple(tuple(machine.classes_) for machine in machines), views, (first, second), bias)

    def scores(self, spelled: str) -> list[Floats]:
        """Return for each question one score for each of its labels, for spelled text."""
        total = self.bias
        for view, weights in zip(self.views, self.weights, strict=True):
            rows, values = view.weigh(spelled)
            total = total + values @ weights[rows]
        ends = np.cumsum([len(labels) for labels in self.questions])
        return np.split(np.asarray(total, np.float32), ends[:-1])

    def knows(self, spelled: str) -> bool:
        """Whether more than one in four words of spelled text occurs in training; else scores say nothing."""
        parts = [part for part in words(spelled) if " " not in part]
        # Spelling folds "qqq" to "q": single letters tell nothing, unless there is nothing else.
        tokens = [part for part in parts if len(part) > 1] or parts
        return 4 * sum(token in self.views[0].rows for token in tokens) > len(tokens)

    def save(self, folder: Path) -> None:
        """Write the model to ``folder`` as arrays and word lists; nothing in it can run code."""
        halves = (weights.astype(np.float16) for weights in self.weights)
        np.savez(folder / "weights.npz", *halves, bias=self.bias, idf0=self.views[0].idf, idf1=self.views[1].idf)
        known = {"questions": self.questions, "parts": [list(view.rows) for view in self.views]}
        (folder / "labels.json").write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a model from ``folder``."""
        known = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            views = [
                View(parts, {part: row for row, part in enumerate(listed)}, arrays[idf])
                for parts, listed, idf in zip((words, letters), known["parts"], ("idf0", "idf1"), strict=True)
            ]
            weights = (arrays["arr_0"].astype(np.float32), arrays["arr_1"].astype(np.float32))
            return cls(tuple(map(tuple, known["questions"])), (views[0], views[1]), weights, arrays["bias"])
