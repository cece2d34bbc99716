"""Reading of treebank files and the conventions of UD Dutch Alpino 2.16."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ID, FORM, LEMMA, UPOS, XPOS, FEATS, HEAD, DEPREL, _DEPS, MISC = range(10)
NOMINAL = {"NOUN", "PROPN", "NUM", "SYM"}
ADVERBIAL = ("BW", "VNW|onbep|grad|stan|prenom")
FILES = ("nl_alpino-ud-dev", "nl_alpino-ud-test", "nl_lassysmall-ud-test")


@dataclass
class Sentence:
    """One sentence: its CoNLL-U rows (without empty nodes and ranges)."""

    rows: list[list[str]]

    def key(self) -> str:
        """Text for comparing sentences: lower case, without spaces."""
        return "".join(row[FORM] for row in self.rows).lower().replace(" ", "")

    def conllu(self) -> str:
        return "\n".join("\t".join(row) for row in self.rows) + "\n\n"


def read(path: Path) -> Iterator[Sentence]:
    """Read the sentences of a gzipped CoNLL-U file."""
    rows: list[list[str]] = []
    with gzip.open(path, "rt", encoding="utf8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if not line:
                if rows:
                    yield Sentence(rows)
                rows = []
            elif not line.startswith("#"):
                row = line.split("\t")
                if row[ID].isdigit():
                    rows.append(row)
    if rows:
        yield Sentence(rows)


def drop_feature(feats: str, name: str) -> str:
    """Remove one feature from a FEATS column."""
    kept = [feat for feat in feats.split("|") if not feat.startswith(name + "=")]
    return "|".join(kept) or "_"


def normalise(sentence: Sentence) -> None:
    """Bring a training sentence to the conventions of UD Dutch Alpino 2.16."""
    rows = sentence.rows
    with_copula = {row[HEAD] for row in rows if row[DEPREL] == "cop"}
    for row in rows:
        row[FEATS] = drop_feature(row[FEATS], "ExtPos")
        if row[UPOS] == "NUM" and row[XPOS].startswith("LID|"):
            row[UPOS] = "DET"
            if row[DEPREL] == "nummod":
                row[DEPREL] = "det"
        if row[UPOS] == "DET" and row[XPOS].startswith("VNW|"):
            row[FEATS] = "_"
        if row[XPOS] == "BW" and row[DEPREL] == "cc":
            row[UPOS] = "CCONJ"
        if row[XPOS] == "SPEC|vreemd" and row[DEPREL] == "flat":
            row[DEPREL] = "fixed"
        if row[DEPREL] == "advmod" and row[XPOS].startswith(ADVERBIAL):
            head = rows[int(row[HEAD]) - 1] if row[HEAD] != "0" else None
            if head and head[UPOS] in NOMINAL and head[ID] not in with_copula:
                row[DEPREL] = "amod"


def chat_copy(sentence: Sentence) -> Sentence:
    """A copy as it would be typed in a chat: no capitals, no closing punctuation."""
    rows = [list(row) for row in sentence.rows]
    heads = {row[HEAD] for row in rows}
    while len(rows) > 1 and rows[-1][XPOS] == "LET" and rows[-1][ID] not in heads:
        if rows[-1][DEPREL] == "root":
            break
        rows.pop()
    for row in rows:
        row[FORM] = row[FORM].lower()
    return Sentence(rows)
