"""Convert the Dutch treebanks (CoNLL-U, gzipped) to spaCy's binary format.

The training file was converted from gold Alpino trees with a newer converter than the
development and test files of Universal Dependencies. A few systematic differences of
convention are removed from the *training* data here; development and test files are
converted as they are.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import spacy
from chat import chat_docs
from names import MISSING, Filler, Labeller, Names, Substitution, label_all, settle_gender
from spacy.tokens import Doc, DocBin, Span
from spacy.training.converters import conllu_to_docs
from treebank import (
    FILES,
    HELD_OUT,
    Sentence,
    chat_copy,
    normalise,
    quoted,
    read,
    restyle_quotes,
    split_scores,
    training_parts,
)

GROUP_SIZES = (1, 2, 4, 8, 10)
N_SENTS = 10
QUOTED_SHARE = 0.06


def groups(sentences: list[Sentence], rng: random.Random | None) -> Iterator[list[Sentence]]:
    """Sentences in documents: of N_SENTS each, or of varying size with a generator."""
    start = 0
    while start < len(sentences):
        size = rng.choice(GROUP_SIZES) if rng else N_SENTS
        yield sentences[start : start + size]
        start += size


def to_doc(document: list[Sentence]) -> Doc:
    """One document with all annotation; names of unknown type have no entity annotation."""
    text = "".join(sentence.conllu() for sentence in document)
    (doc,) = conllu_to_docs(text, n_sents=len(document), no_print=True)
    entities, missing, offset = [], [], 0
    for sentence in document:
        for start, end, kind in sentence.spans:
            if kind == MISSING:
                missing.append(Span(doc, offset + start, offset + end))
            else:
                entities.append(Span(doc, offset + start, offset + end, label=kind))
        offset += len(sentence.rows)
    if offset != len(doc):
        raise ValueError("words were joined or split")
    doc.set_ents(entities, missing=missing, default="outside")
    return doc


def lower_case(doc: Doc) -> Doc:
    """A copy in lower case, with entities only."""
    words = [token.text.lower() for token in doc]
    copy = Doc(doc.vocab, words=words, spaces=[bool(token.whitespace_) for token in doc])
    entities = [Span(copy, ent.start, ent.end, label=ent.label_) for ent in doc.ents]
    missing = [Span(copy, t.i, t.i + 1) for t in doc if t.ent_iob == 0]
    copy.set_ents(entities, missing=missing, default="outside")
    return copy


def write(path: Path, docs: list[Doc]) -> int:
    """Write documents and return the number of tokens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(docs=docs).to_disk(path)
    return sum(map(len, docs))


def with_quotations(sentences: list[Sentence], rng: random.Random) -> list[Sentence]:
    """The sentences, a share of them in quotation marks."""
    result: list[Sentence] = []
    i = 0
    while i < len(sentences):
        if rng.random() < QUOTED_SHARE:
            size = rng.choice((1, 1, 2, 3))
            result.extend(quoted(sentences[i : i + size], rng))
        else:
            size = 1
            result.append(sentences[i])
        i += size
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assets", type=Path, help="folder with treebank files and name lists")
    parser.add_argument("ner", type=Path, help="folder with lists.json and chat_templates.txt")
    parser.add_argument("corpus", type=Path, help="folder for the .spacy files")
    parser.add_argument("--chat-share", type=float, default=0.25)
    parser.add_argument("--chat-tokens", type=int, default=20, help="longest chat copy")
    parser.add_argument("--template-copies", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    rng = random.Random(args.seed)

    nlp = spacy.blank("nl")
    names = Names.load(args.assets, args.assets / "gemeenten.csv", args.ner / "lists.json")
    labeller = Labeller(names)
    filler = Filler(names, rng)

    report: dict[str, int] = {}
    for name in FILES:
        sentences = list(read(args.assets / f"{name}.conllu.gz"))
        label_all(sentences, labeller)
        docs = [to_doc(document) for document in groups(sentences, None)]
        report[f"{name} sentences"] = len(sentences)
        report[f"{name} tokens"] = write(args.corpus / f"{name}.spacy", docs)
        write(args.corpus / f"{name}-lower.spacy", [lower_case(doc) for doc in docs])

    train: list[Sentence] = []
    parts, held, dropped = training_parts(args.assets)
    label_all(held, labeller)
    docs = [to_doc(document) for document in groups(held, None)]
    report[f"{HELD_OUT} tokens"] = write(args.corpus / f"{HELD_OUT}.spacy", docs)
    for name, kept in parts.items():
        report[f"{name} sentences"] = len(kept)
        report[f"{name} dropped: also in dev or test"] = dropped[name]
        for sentence in kept:
            normalise(sentence)
            split_scores(sentence)
            settle_gender(sentence, labeller)
        label_all(kept, labeller)
        train.extend(kept)
    substitution = Substitution(names, filler, rng)
    copies = (substitution.replace(sentence) for sentence in train)
    renamed = [copy for copy, sentence in zip(copies, train, strict=True) if copy.rows != sentence.rows]
    chat = [
        chat_copy(sentence)
        for sentence in train + renamed
        if len(sentence.rows) <= args.chat_tokens and rng.random() < args.chat_share
    ]
    for sentence in train + renamed:
        restyle_quotes(sentence, rng)
    documents = [*groups(with_quotations(train, rng), rng)]
    documents += groups(with_quotations(renamed, rng), rng)
    documents += ([sentence] for sentence in chat)
    docs = [to_doc(document) for document in documents]
    lines = (args.ner / "chat_templates.txt").read_text("utf8").splitlines()
    templates = [line for line in lines if line and not line.startswith("#")]
    templated = chat_docs(nlp, filler, templates, args.template_copies, rng)
    docs += templated
    rng.shuffle(docs)
    report["train documents"] = len(docs)
    report["train copies with other names"] = len(renamed)
    report["train chat copies"] = len(chat)
    report["train filled templates"] = len(templated)
    report["train tokens"] = write(args.corpus / "train.spacy", docs)
    (args.corpus / "convert.json").write_text(json.dumps(report, indent=2) + "\n", "utf8")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
