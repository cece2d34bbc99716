"""Code for training and assembling only (`spacy train --code`).

Faster matrix products: the BLIS library that thinc brings does not know every processor and
then falls back to slow generic code; numpy's own product is about three times as fast there.
Results do not change apart from rounding.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy import registry
from spacy.language import Language
from thinc.api import NumpyOps, Ops

# Registers the embedding; spaCy reads this file without its folder.
sys.path.append(str(Path(__file__).parent))
importlib.import_module("embedding")


def gemm(self: NumpyOps, x: Any, y: Any, out: Any = None, **transpose: bool) -> Any:
    """Matrix product by numpy."""
    return Ops.gemm(self, x, y, out=out, **transpose)


NumpyOps.gemm = gemm


@registry.callbacks("signaalwijzer.lemma_labels.v1")
def lemma_labels() -> Callable[[Language], Language]:
    """Give a loaded lemmatizer its table of labels again, which spaCy 3.7 does not store."""

    def callback(nlp: Language) -> Language:
        lemmatizer = nlp.get_pipe("lemmatizer")
        lemmatizer.tree2label = {tree: i for i, tree in enumerate(lemmatizer.cfg["labels"])}
        return nlp

    return callback
