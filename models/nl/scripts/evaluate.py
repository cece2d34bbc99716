"""Print the scores of a pipeline on the held-out files as JSON."""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import embedding  # noqa: F401 (registers the architecture)
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.training import Corpus, Example, biluo_tags_to_spans, offsets_to_biluo_tags
from treebank import FILES, FORM, HELD_OUT, MISC, read

SYNTAX = ("tag_acc", "pos_acc", "morph_acc", "lemma_acc", "dep_uas", "dep_las", "sents_f")
MARKED = re.compile(r"\[([^]]+)\]\((PERSON|GPE|ORG)\)")


def percent(value: float | None) -> float:
    return round(100 * (value or 0.0), 1)


def syntax(nlp: Language, examples: list[Example]) -> dict[str, float]:
    with nlp.select_pipes(disable=["ner"]):
        scores = nlp.evaluate(examples)
    return {name: percent(scores[name]) for name in SYNTAX}


def in_lower_case(nlp: Language, reference: Doc) -> Example:
    """An example whose text is in lower case, with the annotation of the reference."""
    words = [token.text.lower() for token in reference]
    doc = Doc(nlp.vocab, words=words, spaces=[bool(t.whitespace_) for t in reference])
    data = Example(reference, reference).to_dict()
    data["token_annotation"]["ORTH"] = words
    return Example.from_dict(doc, data)


def entities(nlp: Language, docs: Iterable[Doc]) -> dict[str, Any]:
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
    with nlp.select_pipes(enable=["tok2vec", "ner"]):
        scores = nlp.evaluate(examples)
    result: dict[str, Any] = {name: percent(scores[f"ents_{name}"]) for name in "prf"}
    per_type = scores["ents_per_type"] or {}
    result["f_per_type"] = {kind: percent(per_type[kind]["f"]) for kind in sorted(per_type)}
    result["entities"] = sum(len(doc.ents) for doc in (eg.reference for eg in examples))
    return result


def lower_copy(nlp: Language, doc: Doc) -> Doc:
    words = [token.text.lower() for token in doc]
    copy = Doc(nlp.vocab, words=words, spaces=[bool(t.whitespace_) for t in doc])
    copy.set_ents([Span(copy, e.start, e.end, label=e.label_) for e in doc.ents])
    return copy


def hand_checked_treebank(nlp: Language, assets: Path, marks: Path) -> list[Doc]:
    """Sentences of the test files with entities marked by hand (kept apart from the text)."""
    texts: dict[tuple[str, str], list[list[str]]] = {}
    for name in FILES:
        path = assets / f"{name}.conllu.gz"
        with gzip.open(path, "rt", encoding="utf8") as lines:
            ids = [line.split("=", 1)[1].strip() for line in lines if "# sent_id" in line]
        texts.update(((name, i), sentence.rows) for i, sentence in zip(ids, read(path), strict=True))
    docs = []
    for line in marks.read_text("utf8").splitlines():
        if line.startswith("#"):
            continue
        name, sent_id, spans = line.split("\t")
        rows = texts[name, sent_id]
        doc = Doc(
            nlp.vocab,
            words=[row[FORM] for row in rows],
            spaces=["SpaceAfter=No" not in row[MISC] for row in rows],
        )
        found = [re.split("[-:]", span) for span in spans.split()]
        doc.set_ents([Span(doc, int(a), int(b), label=kind) for a, b, kind in found])
        docs.append(doc)
    return docs


def hand_checked_chat(nlp: Language, path: Path) -> list[Doc]:
    """Chat messages with marked entities."""
    docs = []
    for line in path.read_text("utf8").splitlines():
        if line.startswith("#"):
            continue
        text, position = "", 0
        spans: list[tuple[int, int, str]] = []
        for match in MARKED.finditer(line):
            text += line[position : match.start()]
            spans.append((len(text), len(text) + len(match.group(1)), match.group(2)))
            text += match.group(1)
            position = match.end()
        doc = nlp.make_doc(text + line[position:])
        tags = offsets_to_biluo_tags(doc, spans, missing="O")
        doc.set_ents(biluo_tags_to_spans(doc, tags), default="outside")
        docs.append(doc)
    return docs


def milliseconds(nlp: Language, texts: list[str]) -> float:
    """Mean processor time for one message, one at a time (other programs do not count)."""
    for text in texts:
        nlp(text)
    start = time.process_time()
    for text in texts:
        nlp(text)
    return round(1000 * (time.process_time() - start) / len(texts), 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="name or folder of the pipeline")
    parser.add_argument("corpus", type=Path, help="folder with the .spacy files")
    parser.add_argument("assets", type=Path, help="folder with the treebank files")
    parser.add_argument("ner", type=Path, help="folder with the hand-checked files")
    parser.add_argument("--output", type=Path, help="also write the JSON to this file")
    args = parser.parse_args()
    nlp = spacy.load(args.model)
    report: dict[str, Any] = {}
    for name in FILES:
        path = args.corpus / f"{name}.spacy"
        report[name] = syntax(nlp, list(Corpus(path)(nlp)))
        docs = DocBin().from_disk(path).get_docs(nlp.vocab)
        report[f"{name}, lower case"] = syntax(nlp, [in_lower_case(nlp, doc) for doc in docs])
    report[HELD_OUT] = syntax(nlp, list(Corpus(args.corpus / f"{HELD_OUT}.spacy")(nlp)))
    for name in FILES:
        for label, suffix in (("", ""), (", lower case", "-lower")):
            path = args.corpus / f"{name}{suffix}.spacy"
            docs = DocBin().from_disk(path).get_docs(nlp.vocab)
            report[f"entities, silver, {name}{label}"] = entities(nlp, docs)
    checked = hand_checked_treebank(nlp, args.assets, args.ner / "hand_checked_treebank.tsv")
    report["entities, hand-checked treebank"] = entities(nlp, checked)
    lowered = [lower_copy(nlp, doc) for doc in checked]
    report["entities, hand-checked treebank, lower case"] = entities(nlp, lowered)
    chat = hand_checked_chat(nlp, args.ner / "hand_checked_chat.txt")
    report["entities, hand-checked chat"] = entities(nlp, chat)
    report["entities, hand-checked chat, lower case"] = entities(nlp, [lower_copy(nlp, doc) for doc in chat])
    report["milliseconds per chat message"] = milliseconds(nlp, [doc.text for doc in chat])
    text = json.dumps(report, indent=2, ensure_ascii=False)
    if args.output:
        args.output.write_text(text + "\n", "utf8")
    print(text)


if __name__ == "__main__":
    main()
