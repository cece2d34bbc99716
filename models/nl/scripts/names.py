"""Name lists, types of names (PERSON, GPE, ORG) and replacement of names."""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from treebank import DEPREL, FEATS, FORM, HEAD, LEMMA, UPOS, XPOS, Sentence

LATIN_LOCALES = {"nl_NL", "nl_BE", "tr_TR", "ro_RO", "pl_PL", "en_IN", "fr_DZ"}
INITIALS = re.compile(r"^(?:[A-Z]\.?|(?:[A-Z][a-z]{0,2}\.-?)+)$")
PLACE_PREPOSITIONS = {"in", "te", "uit", "naar", "bij", "nabij"}
SPEECH_VERBS = {"zeggen", "vinden", "menen", "vertellen", "antwoorden", "roepen", "vragen"}
MISSING = "?"
SLOT = re.compile(r"\{(PERSON|GPE|ORG)\}")
BRACKETED = re.compile(r" \([^)]*\)")
SIMPLE = re.compile(r"^[A-Z][a-zéëèïöü]+(?:[ -][A-Z][a-zéëèïöü]+)?$")
UNKNOWN_GENDER = "N|eigen|ev|basis|genus|stan"


def clean(text: str) -> str:
    """Key of a name in the lists."""
    return text.replace("ë", "e").replace("ï", "i").replace(" - ", "-")


def name_list(path: Path) -> set[str]:
    with gzip.open(path, "rt", encoding="utf8") as lines:
        return {clean(line.strip()) for line in lines}


@dataclass
class Names:
    """All name lists and key words."""

    person: set[str]
    place: set[str]
    organisation: set[str]
    words: dict[str, list[str]]
    first: dict[str, list[str]]
    last: dict[str, list[str]]
    municipalities: list[str]
    sure_places: set[str] = field(default_factory=set)
    sure_organisations: set[str] = field(default_factory=set)
    first_names: set[str] = field(default_factory=set)
    last_names: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, names: Path, places: Path, words: Path) -> Names:
        first: dict[str, list[str]] = {}
        last: dict[str, list[str]] = {}
        with (names / "faker_names.tsv").open(encoding="utf8") as lines:
            for name, kind, locale in csv.reader(lines, delimiter="\t"):
                if locale in LATIN_LOCALES and len(name) > 1:
                    (first if kind.startswith("first") else last).setdefault(locale, []).append(name)
        municipalities: list[str] = []
        with places.open(encoding="utf8") as lines:
            for row in csv.DictReader(lines):
                municipalities.append(BRACKETED.sub("", row["gemeente"]))
                if row["displaynaam"]:
                    municipalities.append(row["displaynaam"])
        result = cls(
            person=name_list(names / "per.txt.gz"),
            place=name_list(names / "geo.txt.gz"),
            organisation=name_list(names / "org.txt.gz"),
            words=json.loads(words.read_text("utf8")),
            first=first,
            last=last,
            municipalities=municipalities,
        )
        sure = [*result.words["countries"], *result.words["places"], *municipalities]
        result.sure_places = {clean(name) for name in sure}
        result.sure_organisations = {clean(name) for name in result.words["organisations"]}
        for locale in ("nl_NL", "nl_BE"):
            result.first_names.update(first[locale])
            result.last_names.update(last[locale])
        for name in result.person:
            parts = name.split(" ")
            if len(parts) >= 2 and parts[0].isalpha() and len(parts[0]) > 1:
                result.first_names.add(parts[0])
                result.last_names.add(parts[-1])
        return result


class Labeller:
    """Types the proper-noun spans of treebank sentences."""

    def __init__(self, names: Names) -> None:
        self.names = names
        words = names.words
        self.not_names = set(words["not_names"])
        self.person_titles = set(words["person_titles"])
        self.org_titles = set(words["org_titles"])
        self.gpe_titles = set(words["gpe_titles"])
        self.org_words = set(words["org_words"])
        self.demonyms = {name.lower() for name in words["demonyms"]}
        self.not_gpe = tuple(words["not_gpe_suffixes"])
        self.streets = tuple(words["street_suffixes"])
        self.counts: Counter[str] = Counter()

    @staticmethod
    def spans(rows: list[list[str]]) -> Iterator[tuple[int, int]]:
        """Proper names: a proper noun and the parts attached to it as one name."""
        i = 0
        while i < len(rows):
            named = rows[i][UPOS] == "PROPN" or rows[i][XPOS] == "SPEC|deeleigen"
            if not named:
                i += 1
                continue
            j = i + 1
            while j < len(rows) and rows[j][DEPREL] == "flat" and int(rows[j][HEAD]) > i:
                j += 1
            yield i, j
            i = j

    def trim(self, rows: list[list[str]], start: int, end: int) -> int:
        """Start of a name without its titles."""
        while start + 1 < end and rows[start][FORM].lower() in self.person_titles:
            start += 1
        return start

    def type_of(self, rows: list[list[str]], start: int, end: int) -> str:
        """PERSON, GPE, ORG, empty (no entity of these types) or MISSING (not known)."""
        tokens = [row[FORM] for row in rows[start:end]]
        text = clean(" ".join(tokens))
        lower = text.lower()
        names = self.names
        head = rows[start]
        before = rows[start - 1][FORM].lower() if start else ""
        governor = rows[int(head[HEAD]) - 1] if head[HEAD] != "0" else None
        titled = governor[LEMMA].lower() if governor and head[DEPREL] == "appos" else ""
        if lower in self.not_names or (before in {"het", "in het"} and lower == "frans"):
            return ""
        if len(tokens) == 1 and ("Number=Plur" in head[FEATS] or lower in self.demonyms):
            return ""
        if all(not any(char.isalpha() for char in token) for token in tokens):
            return ""
        if text.endswith("'s"):
            text = text[:-2]
        elif text.endswith("s") and text not in names.person and text[:-1] in names.person:
            text = text[:-1] if len(tokens) == 1 and text not in names.place else text
        person, place, org = (
            text in names.person,
            text in names.place,
            text in names.organisation,
        )
        if text in names.sure_organisations:
            return "ORG"
        if (before in self.person_titles or titled in self.person_titles) and not org:
            return "PERSON"
        if titled in self.org_titles or before in self.org_titles:
            return "ORG" if not person else MISSING
        if text in names.sure_places and not person:
            return "GPE"
        if titled in self.gpe_titles:
            return "GPE"
        if len(tokens) > 1:
            if person:
                return "PERSON"
            if tokens[0] in names.first_names and not org and not place:
                return "PERSON"
            last = tokens[-1]
            surname = last[:1].isupper() and len(last) > 2 and last.isalpha()
            if INITIALS.match(tokens[0]) and surname and not org:
                return "PERSON"
            if any(token.lower() in self.org_words for token in tokens):
                return "ORG"
        if lower.endswith(self.streets) and not person and not org:
            return ""
        if lower.endswith(self.not_gpe) and not person and not org:
            return MISSING
        if place and not person and not org:
            return "GPE" if self.placelike(head, before) or len(tokens) > 1 else MISSING
        if org and not place and not person:
            return "ORG"
        if person and not place and not org:
            return "PERSON"
        if place and text in names.sure_places:
            return "GPE" if before in PLACE_PREPOSITIONS else MISSING
        if person and place and not org:
            if before in PLACE_PREPOSITIONS - {"bij", "naar"}:
                return "GPE"
            verb = governor and governor[LEMMA] in SPEECH_VERBS and head[DEPREL] == "nsubj"
            return "PERSON" if verb or "Gender=Com" in head[FEATS] else MISSING
        if place and org:
            return "ORG" if before in {"de", "bij"} else MISSING
        if len(tokens) == 1 and lower.endswith(("partij", "bond", "bank", "raad")):
            return "ORG"
        return MISSING

    @staticmethod
    def placelike(head: list[str], before: str) -> bool:
        return "Gender=Com" not in head[FEATS] or before in PLACE_PREPOSITIONS

    def label(self, rows: list[list[str]], known: dict[str, str]) -> list[tuple[int, int, str]]:
        """Spans with types; `known` holds the last names of persons mentioned in full."""
        result = []
        for start, end in self.spans(rows):
            kind = self.type_of(rows, self.trim(rows, start, end), end)
            if self.trim(rows, start, end) > start and kind in (MISSING, "PERSON"):
                kind = "PERSON"
                start = self.trim(rows, start, end)
            text = " ".join(row[FORM] for row in rows[start:end])
            if kind == MISSING and known.get(text):
                kind = known[text]
            if kind == "PERSON" and end - start > 1:
                tail = start + 1
                known[" ".join(row[FORM] for row in rows[tail:end])] = "PERSON"
                known[rows[end - 1][FORM]] = "PERSON"
            self.counts[kind or "none"] += 1
            if kind:
                result.append((start, end, kind))
        return result


class Filler:
    """Fills the templates with names."""

    def __init__(self, names: Names, rng: random.Random) -> None:
        self.rng = rng
        words = names.words

        self.first = {key: sorted(set(value)) for key, value in names.first.items()}
        self.last = {key: sorted(set(value)) for key, value in names.last.items()}
        self.main_places = [*words["places"], *words["countries"]]
        self.municipalities = names.municipalities
        self.places = sorted(
            name
            for name in names.place
            if SIMPLE.match(name) and name not in names.person and name not in names.organisation
            if len(name) < 16 and not name.lower().endswith(tuple(words["not_gpe_suffixes"]))
        )
        self.main_orgs = words["organisations"]
        self.orgs = sorted(
            name
            for name in names.organisation
            if name not in names.person and name not in names.place and 1 < len(name) < 25
            if name[0].isupper() and not any(char in name for char in '"&;:()[]/')
        )

    def person(self) -> str:
        rng = self.rng
        locale = rng.choice(["nl_NL", "nl_NL", "nl_BE", *sorted(self.first)])
        first = rng.choice(self.first[locale])
        if rng.random() < 0.7 or not self.last.get(locale):
            return first
        last = rng.choice(self.last[locale])
        return last if rng.random() < 0.15 else f"{first} {last}"

    def name(self, kind: str) -> str:
        rng = self.rng
        chance = rng.random()
        if kind == "PERSON":
            return self.person()
        if kind == "GPE":
            if chance < 0.4:
                return rng.choice(self.main_places)
            return rng.choice(self.municipalities if chance < 0.8 else self.places)
        return rng.choice(self.main_orgs if chance < 0.6 else self.orgs)

    def fill(self, template: str) -> tuple[str, list[tuple[int, int, str]]]:
        text = ""
        entities = []
        position = 0
        for match in SLOT.finditer(template):
            text += template[position : match.start()]
            name = self.name(match.group(1))
            if name.startswith("De ") and text.lower().endswith("de "):
                name = name[3:]
            entities.append((len(text), len(text) + len(name), match.group(1)))
            text += name
            position = match.end()
        return text + template[position:], entities


def label_all(sentences: list[Sentence], labeller: Labeller) -> None:
    """Find the names of the sentences of one file, knowing all persons named in full there."""
    known: dict[str, str] = {}
    for sentence in sentences:
        labeller.label(sentence.rows, known)
    for sentence in sentences:
        sentence.spans = labeller.label(sentence.rows, known)


def settle_gender(sentence: Sentence, labeller: Labeller) -> None:
    """Give names of unknown gender the one that they mostly have in UD: neuter for places."""
    rows = sentence.rows
    for i, row in enumerate(rows):
        if row[XPOS] == UNKNOWN_GENDER:
            neuter = labeller.type_of(rows, i, i + 1) == "GPE"
            row[XPOS] = f"N|eigen|ev|basis|{'onz' if neuter else 'zijd'}|stan"
            row[FEATS] = f"Gender={'Neut' if neuter else 'Com'}|Number=Sing"


class Substitution:
    """Replaces names in sentences by other names of the same type, token by token."""

    def __init__(self, names: Names, filler: Filler, rng: random.Random) -> None:
        self.rng = rng
        self.filler = filler
        self.first = sorted(name for name in names.first_names if SIMPLE.match(name))
        self.first_names = set(self.first)
        self.last = sorted(
            name
            for name in names.last_names | names.person
            if SIMPLE.match(name) and " " not in name and name not in self.first_names
        )

    def single(self, kind: str, word: str) -> str:
        """Another one-word name."""
        for _ in range(20):
            if kind == "PERSON":
                listed = self.first if word in self.first_names else self.last
                name = self.rng.choice(listed)
            else:
                name = self.filler.name(kind)
            if " " not in name:
                return name
        return word

    def replace(self, sentence: Sentence) -> Sentence:
        """A copy of the sentence with other names of as many words."""
        copy = sentence.copy()
        for start, end, kind in copy.spans:
            if kind == MISSING or (kind != "PERSON" and end - start > 1):
                continue
            for row in copy.rows[start:end]:
                word = row[FORM]
                if SIMPLE.match(word) and (len(word) > 3 or end - start == 1):
                    row[FORM] = self.single(kind, word)
                    row[LEMMA] = row[FORM]
        return copy
