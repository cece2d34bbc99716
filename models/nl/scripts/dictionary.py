"""Parts of speech of words by Wiktionary, from the WikDict dictionaries of FreeDict (Dutch to other languages)."""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HEADWORD = re.compile(r"(\S.*?) (?:/.*/ )?<([a-z]+)[^>]*>")
DEFINITION = re.compile(r"\s*\d+\. (.+)")
PARTS = ("n", "v", "adj")
OTHERS = ("pn", "adv", "preposition", "interjection", "numeral", "pronoun", "other")
# An ending, and what the headword has instead of it.
ENDINGS = (
    *(("en", ""), ("s", ""), ("'s", ""), ("e", ""), ("er", ""), ("st", ""), ("je", ""), ("tje", ""), ("jes", "")),
    *(("t", "en"), ("te", "en"), ("de", "en"), ("ten", "en"), ("den", "en"), ("", "en")),
    *(("d", "en"), ("d", "eren"), ("end", "en"), ("ende", "en")),
)
# A participle without "ge": what of its end the infinitive has instead.
PARTICIPLES = ((1, "en"), (0, "en"), (0, ""))
SHORTEST = 2

Dictionary = dict[str, set[str]]


def entries(folder: Path) -> Dictionary:
    """Headwords in lower case, and the parts of speech that they have."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.glob("*.dict.dz")):
        with gzip.open(path, "rt", encoding="utf8") as lines:
            for line in lines:
                entry = HEADWORD.fullmatch(line.rstrip())
                if entry and not entry[1][0].isdigit():
                    found[entry[1].strip().lower()].add(entry[2])
    if not found:
        raise FileNotFoundError(f"no dictionary with parts of speech in {folder}")
    return dict(found)


def definitions(folder: Path) -> list[str]:
    """Definitions of four words or more; some of them are in another language."""
    found = set()
    for path in sorted(folder.glob("*.dict.dz")):
        with gzip.open(path, "rt", encoding="utf8") as lines:
            for line in lines:
                definition = DEFINITION.match(line.rstrip())
                if definition and len(definition[1].split()) >= 4:
                    found.add(definition[1].strip())
    return sorted(found)


def spelled_alike(word: str) -> str:
    """What is the same in "lopen" and "loop", "huizen" and "huis"."""
    return re.sub(r"(.)\1", r"\1", word.replace("v", "f").replace("z", "s"))


def looked_up(words: list[str], dictionary: Dictionary) -> NDArray[np.float32]:
    """A row for each word: its own parts of speech, those of what it may be a form of, and those of its last part."""
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for word, parts in dictionary.items():
        alike[spelled_alike(word)] |= parts
    return np.array([_row(word, dictionary, alike) for word in words], np.float32)


def _row(word: str, dictionary: Dictionary, alike: defaultdict[str, set[str]]) -> list[bool]:
    own = {part if part in PARTS + OTHERS else OTHERS[-1] for part in dictionary.get(word, ())}
    row = [part in own for part in PARTS + OTHERS]
    for ending, instead in ENDINGS:
        stem = word.removesuffix(ending)
        fits = word.endswith(ending) and len(stem) >= SHORTEST
        row += _parts(alike, stem + instead) if fits else [False] * len(PARTS)
    stem = word.removeprefix("ge")
    for cut, instead in PARTICIPLES:
        infinitive = stem[: len(stem) - cut] + instead
        row.append(word.startswith("ge") and word[-1] in "dtn" and "v" in alike.get(spelled_alike(infinitive), ()))
    heads = (word[start:] for start in range(2, len(word) - 3)) if not own else ()
    head = next((dictionary[head] for head in heads if head in dictionary), set())
    return row + [part in head for part in PARTS]


def _parts(alike: defaultdict[str, set[str]], lemma: str) -> list[bool]:
    known = alike.get(spelled_alike(lemma), set())
    return [part in known for part in PARTS]
