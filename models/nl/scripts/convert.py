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

from names import Filler, Labeller, Names, Substitution, settle_gender
from spacy.tokens import DocBin
from spacy.training.converters import conllu_to_docs
from treebank import FILES, Sentence, chat_copy, normalise, read

GROUP_SIZES = (1, 2, 4, 8, 10)
N_SENTS = 10
CHAT_MAX_TOKENS = 20


def groups(sentences: list[Sentence], rng: random.Random | None) -> Iterator[list[Sentence]]:
    """Sentences in documents: of N_SENTS each, or of varying size with a generator."""
    start = 0
    while start < len(sentences):
        size = rng.choice(GROUP_SIZES) if rng else N_SENTS
        yield sentences[start : start + size]
        start += size


def write(path: Path, documents: Iterator[list[Sentence]]) -> int:
    """Write documents as DocBin and return the number of tokens."""
    doc_bin = DocBin(store_user_data=False)
    tokens = 0
    for document in documents:
        text = "".join(sentence.conllu() for sentence in document)
        for doc in conllu_to_docs(text, n_sents=len(document), no_print=True):
            tokens += len(doc)
            doc_bin.add(doc)
    path.parent.mkdir(parents=True, exist_ok=True)
    doc_bin.to_disk(path)
    return tokens


def with_other_names(
    sentences: list[Sentence], labeller: Labeller, substitution: Substitution
) -> list[Sentence]:
    """Copies of the sentences with names, in which the names are replaced."""
    known: dict[str, str] = {}
    result = []
    for sentence in sentences:
        spans = labeller.label(sentence.rows, known)
        rows = substitution.replace(sentence.rows, spans)
        if rows != sentence.rows:
            result.append(Sentence(rows))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assets", type=Path, help="folder with treebank files and name lists")
    parser.add_argument("ner", type=Path, help="folder with lists.json")
    parser.add_argument("corpus", type=Path, help="folder for the .spacy files")
    parser.add_argument("--chat-share", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    rng = random.Random(args.seed)

    held_out: set[str] = set()
    report: dict[str, int] = {}
    for name in FILES:
        sentences = list(read(args.assets / f"{name}.conllu.gz"))
        held_out.update(sentence.key() for sentence in sentences)
        tokens = write(args.corpus / f"{name}.spacy", groups(sentences, None))
        report[f"{name} sentences"] = len(sentences)
        report[f"{name} tokens"] = tokens

    train: list[Sentence] = []
    for name in ("alpino-train", "nl_lassysmall-ud-dev"):
        sentences = list(read(args.assets / f"{name}.conllu.gz"))
        kept = [sentence for sentence in sentences if sentence.key() not in held_out]
        report[f"{name} sentences"] = len(kept)
        report[f"{name} dropped: also in dev or test"] = len(sentences) - len(kept)
        train.extend(kept)
    names = Names.load(args.assets, args.assets / "gemeenten.csv", args.ner / "lists.json")
    labeller = Labeller(names)
    for sentence in train:
        normalise(sentence)
        settle_gender(sentence, labeller)
    renamed = with_other_names(train, labeller, Substitution(names, Filler(names, rng), rng))
    chat = [
        chat_copy(sentence)
        for sentence in train + renamed
        if len(sentence.rows) <= CHAT_MAX_TOKENS and rng.random() < args.chat_share
    ]
    documents = [*groups(train, rng), *groups(renamed, rng), *([sentence] for sentence in chat)]
    rng.shuffle(documents)
    report["train documents"] = len(documents)
    report["train copies with other names"] = len(renamed)
    report["train chat copies"] = len(chat)
    report["train tokens"] = write(args.corpus / "train.spacy", iter(documents))
    (args.corpus / "convert.json").write_text(json.dumps(report, indent=2) + "\n", "utf8")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
