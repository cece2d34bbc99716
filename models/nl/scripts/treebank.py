"""Reading of treebank files and the conventions of UD Dutch Alpino 2.16."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ID, FORM, LEMMA, UPOS, XPOS, FEATS, HEAD, DEPREL, _DEPS, MISC = range(10)
NOMINAL = {"NOUN", "PROPN", "NUM", "SYM"}
ADVERBIAL = ("BW", "VNW|onbep|grad|stan|prenom")
SCORE = re.compile(r"^([0-9]{1,2})-([0-9]{1,2})$")
QUOTES = ((",,", "''"), (",,", "''"), ("'", "'"), ("“", "”"), ('"', '"'))
FILES = ("nl_alpino-ud-dev", "nl_alpino-ud-test", "nl_lassysmall-ud-test")
HELD_OUT = "nl_lassysmall-ud-dev-held"
TRAINING = ("alpino-train", "nl_lassysmall-ud-dev")
# Sentences of LassySmall (web texts) that are kept apart as a second development file.
HELD = 250


@dataclass
class Sentence:
    """One sentence: its CoNLL-U rows (without empty nodes and ranges) and its names."""

    rows: list[list[str]]
    spans: list[tuple[int, int, str]] = field(default_factory=list)

    def copy(self) -> Sentence:
        return Sentence([list(row) for row in self.rows], list(self.spans))

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


def training_parts(assets: Path) -> tuple[dict[str, list[Sentence]], list[Sentence], dict[str, int]]:
    """Sentences for training by file, the ones kept apart, and how many were dropped: they are in a held-out file."""
    found = {name: list(read(assets / f"{name}.conllu.gz")) for name in TRAINING}
    held = found[TRAINING[1]][-HELD:]
    del found[TRAINING[1]][-HELD:]
    keys = {sentence.key() for sentence in held}
    for name in FILES:
        keys.update(sentence.key() for sentence in read(assets / f"{name}.conllu.gz"))
    kept = {name: [s for s in sentences if s.key() not in keys] for name, sentences in found.items()}
    return kept, held, {name: len(found[name]) - len(kept[name]) for name in TRAINING}


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


def bare_copy(sentence: Sentence) -> Sentence:
    """A copy without closing punctuation, as headlines and items of lists are written."""
    copy = sentence.copy()
    rows = copy.rows
    heads = {row[HEAD] for row in rows}
    while len(rows) > 1 and rows[-1][XPOS] == "LET" and rows[-1][ID] not in heads:
        if rows[-1][DEPREL] == "root":
            break
        rows.pop()
    rows[-1][MISC] = "_"
    copy.spans = [span for span in copy.spans if span[1] <= len(rows)]
    return copy


def chat_copy(sentence: Sentence) -> Sentence:
    """A copy as it would be typed in a chat: no capitals, no closing punctuation."""
    copy = bare_copy(sentence)
    for row in copy.rows:
        row[FORM] = row[FORM].lower()
    return copy


def renumber(rows: list[list[str]]) -> None:
    """Number the rows again after insertions; inserted rows have any unique number."""
    numbers = {row[ID]: str(i) for i, row in enumerate(rows, 1)} | {"0": "0"}
    for row in rows:
        row[ID] = numbers[row[ID]]
        row[HEAD] = numbers[row[HEAD]]


def split_scores(sentence: Sentence) -> None:
    """Write scores of games ("2-1") as three words, as UD Dutch Alpino and the tokenizer do."""
    rows: list[list[str]] = []
    for row in sentence.rows:
        match = SCORE.match(row[FORM])
        rows.append(row)
        if match:
            first, second = match.groups()
            misc = row[MISC]
            row[FORM], row[LEMMA], row[UPOS], row[XPOS] = first, first, "NUM", "TW|hoofd|vrij"
            row[FEATS], row[MISC] = "_", "SpaceAfter=No"
            number = row[ID]
            rows.append([f"{number}a", "-", "-", "SYM", "LET", "_", number, "fixed", "_", "SpaceAfter=No"])
            rows.append([f"{number}b", second, second, "NUM", row[XPOS], "_", number, "fixed", "_", misc])
    renumber(rows)
    sentence.rows = rows


def restyle_quotes(sentence: Sentence, rng: random.Random) -> None:
    """Write straight quotation marks in another style, mostly that of Dutch newspapers."""
    marks = [row for row in sentence.rows if row[FORM] == '"']
    opening, closing = rng.choice(QUOTES)
    opened = False
    for row in marks:
        at_end = int(row[ID]) > len(sentence.rows) - 2
        opened = not opened and not (at_end and len(marks) == 1)
        row[FORM] = row[LEMMA] = opening if opened else closing
        if opened and len(opening) == 2:
            row[MISC] = "SpaceAfter=No" if rng.random() < 0.5 else "_"


def quoted(sentences: list[Sentence], rng: random.Random) -> list[Sentence]:
    """A copy of one or more successive sentences as one quotation."""
    opening, closing = rng.choice(QUOTES)
    copies = [sentence.copy() for sentence in sentences]
    first, last = copies[0].rows, copies[-1].rows
    mark = ["q", "", "", "PUNCT", "LET", "_", "", "punct", "_", "SpaceAfter=No"]
    for rows, style, at_end in ((first, opening, False), (last, closing, True)):
        root = next(row[ID] for row in rows if row[HEAD] == "0")
        row = list(mark)
        row[FORM] = row[LEMMA] = style
        row[HEAD] = root
        if at_end:
            rows[-1][MISC] = "SpaceAfter=No"
            row[MISC] = "_"
            rows.append(row)
        else:
            rows.insert(0, row)
            copies[0].spans = [(a + 1, b + 1, kind) for a, b, kind in copies[0].spans]
        renumber(rows)
    return copies
