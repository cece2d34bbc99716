"""Chat sentences with entities, made from templates and lists of names."""

from __future__ import annotations

import random

from names import Filler
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import biluo_tags_to_spans, offsets_to_biluo_tags


def chat_docs(nlp: Language, filler: Filler, templates: list[str], copies: int, rng: random.Random) -> list[Doc]:
    """Filled templates, sometimes two in one message, in varied writing."""
    docs = []
    for _ in range(copies):
        for template in templates:
            text, entities = filler.fill(template)
            if rng.random() < 0.35:
                more, extra = filler.fill(rng.choice(templates))
                glue = rng.choice([". ", ", ", " ", " en ", "! ", "\n"])
                text = text.rstrip(".") + glue
                entities += [(a + len(text), b + len(text), kind) for a, b, kind in extra]
                text += more
            writing = rng.random()
            if writing < 0.55:
                text = text.lower() if len(text.lower()) == len(text) else text
            elif writing < 0.59:
                text = text.upper() if len(text.upper()) == len(text) else text
            if rng.random() < 0.3 and text[-1] not in ".?!":
                text += rng.choice([".", "?", "!", "..", " :("])
            doc = nlp.make_doc(text)
            tags = offsets_to_biluo_tags(doc, entities, missing="O")
            if "-" in tags:
                continue
            doc.set_ents(biluo_tags_to_spans(doc, tags), default="outside")
            docs.append(doc)
    return docs
