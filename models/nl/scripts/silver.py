"""Make silver entity labels (PERSON, GPE, ORG) and the corpora of the entity recogniser.

Two sources:

* the treebanks: spans of proper nouns, typed with name lists, titles and key words. A span
  that cannot be typed with confidence is left without annotation, so that it is neither
  learned nor counted;
* sentences of chat (`ner/chat_templates.txt`, written for this project), filled with names.

A part of both is copied in lower case, since chat has few capitals.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable
from pathlib import Path

import spacy
from names import MISSING, Filler, Labeller, Names, Substitution
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.training import biluo_tags_to_spans, offsets_to_biluo_tags
from treebank import FORM, MISC, read


def to_doc(nlp: Language, rows: list[list[str]], spans: list[tuple[int, int, str]]) -> Doc:
    """A document with entities; spans of unknown type have no annotation."""
    words = [row[FORM] for row in rows]
    spaces = ["SpaceAfter=No" not in row[MISC] for row in rows]
    doc = Doc(nlp.vocab, words=words, spaces=spaces)
    entities = [Span(doc, a, b, label=kind) for a, b, kind in spans if kind != MISSING]
    missing = [Span(doc, a, b) for a, b, kind in spans if kind == MISSING]
    doc.set_ents(entities, missing=missing, default="outside")
    return doc


def lowered(nlp: Language, doc: Doc) -> Doc:
    """A copy in lower case without closing punctuation."""
    end = len(doc)
    while end > 1 and doc[end - 1].text in ".!?\"')":
        end -= 1
    words = [token.text.lower() for token in doc[:end]]
    copy = Doc(nlp.vocab, words=words, spaces=[bool(t.whitespace_) for t in doc[:end]])
    entities = [Span(copy, e.start, e.end, label=e.label) for e in doc.ents if e.end <= end]
    missing = [Span(copy, t.i, t.i + 1) for t in doc[:end] if t.ent_iob == 0]
    copy.set_ents(entities, missing=missing, default="outside")
    return copy


def treebank_docs(
    nlp: Language,
    labeller: Labeller,
    paths: Iterable[Path],
    substitution: Substitution | None = None,
    copies: int = 0,
) -> list[Doc]:
    """Labelled sentences of treebank files, also copies with other names."""
    docs = []
    for path in paths:
        known: dict[str, str] = {}
        sentences = list(read(path))
        for sentence in sentences:
            labeller.label(sentence.rows, known)
        labeller.counts.clear()
        for sentence in sentences:
            spans = labeller.label(sentence.rows, known)
            docs.append(to_doc(nlp, sentence.rows, spans))
            for _ in range(copies if substitution else 0):
                rows = substitution.replace(sentence.rows, spans) if substitution else []
                if rows != sentence.rows:
                    docs.append(to_doc(nlp, rows, spans))
        print(path.name, dict(labeller.counts))
    return docs


def chat_docs(
    nlp: Language, filler: Filler, templates: list[str], copies: int, rng: random.Random
) -> list[Doc]:
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


def write(path: Path, docs: Iterable[Doc]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(attrs=["ENT_IOB", "ENT_TYPE"], docs=docs).to_disk(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assets", type=Path, help="folder with treebank files and name lists")
    parser.add_argument("ner", type=Path, help="folder with chat_templates.txt and lists.json")
    parser.add_argument("corpus", type=Path, help="folder for the .spacy files")
    parser.add_argument("--copies", type=int, default=40)
    args = parser.parse_args()
    rng = random.Random(0)
    nlp = spacy.blank("nl")
    names = Names.load(args.assets, args.assets / "gemeenten.csv", args.ner / "lists.json")
    labeller = Labeller(names)

    def docs_of(*files: str) -> list[Doc]:
        paths = [args.assets / f"{name}.conllu.gz" for name in files]
        return treebank_docs(nlp, labeller, paths)

    dev = docs_of("nl_alpino-ud-dev")
    tests = {name: docs_of(name) for name in ("nl_alpino-ud-test", "nl_lassysmall-ud-test")}
    held_out = {doc.text.lower() for docs in (dev, *tests.values()) for doc in docs}
    substitution = Substitution(names, Filler(names, rng), rng)
    paths = [args.assets / f"{name}.conllu.gz" for name in ("alpino-train", "nl_lassysmall-ud-dev")]
    train = treebank_docs(nlp, labeller, paths, substitution, copies=3)
    train = [doc for doc in train if doc.text.lower() not in held_out]
    train += [lowered(nlp, doc) for doc in train if rng.random() < 0.5]

    lines = (args.ner / "chat_templates.txt").read_text("utf8").splitlines()
    templates = [line for line in lines if line and not line.startswith("#")]
    random.Random(2).shuffle(templates)
    cut = len(templates) * 5 // 6
    chat = chat_docs(nlp, Filler(names, rng), templates[:cut], args.copies, rng)
    chat_dev = chat_docs(nlp, Filler(names, rng), templates[cut:], 4, rng)
    train += chat
    rng.shuffle(train)
    write(args.corpus / "ner_train.spacy", train)
    write(args.corpus / "ner_dev.spacy", dev + [lowered(nlp, doc) for doc in dev] + chat_dev)
    write(args.corpus / "ner_chat.spacy", chat_dev)
    for name, docs in tests.items():
        write(args.corpus / f"ner_{name}.spacy", docs)
        write(args.corpus / f"ner_{name}-lower.spacy", [lowered(nlp, doc) for doc in docs])
    print("train documents", len(train), "of them chat", len(chat), "chat held out", len(chat_dev))


if __name__ == "__main__":
    main()
