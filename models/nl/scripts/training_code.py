"""Code for training only (`spacy train --code`): faster matrix products, and a start for NER.

The BLIS library that thinc brings does not know every processor and then falls back to slow
generic code; numpy's own product is about three times as fast there. Results do not change
apart from rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spacy import load, registry
from spacy.language import Language
from thinc.api import NumpyOps, Ops


def gemm(self: NumpyOps, x: Any, y: Any, out: Any = None, **transpose: bool) -> Any:
    """Matrix product by numpy."""
    return Ops.gemm(self, x, y, out=out, **transpose)


NumpyOps.gemm = gemm


@registry.callbacks("signaalwijzer.copy_tok2vec.v1")
def copy_tok2vec(path: str) -> Callable[[Language], Language]:
    """Start the entity recogniser's tok2vec from the trained one of the other components."""

    def callback(nlp: Language) -> Language:
        source = load(path, enable=["tok2vec"]).get_pipe("tok2vec")
        target = nlp.get_pipe("ner").model.get_ref("tok2vec").layers[0]
        target.from_bytes(source.model.to_bytes())
        return nlp

    return callback
