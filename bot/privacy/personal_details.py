"""Personal details in a typed text: which kinds it holds. The text itself, and where in it they stand, goes nowhere.

Numbers are checked by their checksum (python-stdnum), names by a list, by what stands before them and by the entity
recogniser of the Dutch spaCy pipeline. Numbers, addresses and names of our own contacts are no personal details.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypedDict

import spacy
from spacy.language import Language
from stdnum import iban
from stdnum.nl import bsn

from bot.directory.content import Contact, Municipality, Strict, read, read_yaml, validate
from bot.settings import ROOT

FOLDER = ROOT / "data" / "privacy"
PIPELINE = "nl_core_news_sm"
KINDS = ("phone", "email", "handle", "address", "postcode", "plate", "bsn", "iban", "name", "school", "employer")
Kind = Literal["phone", "email", "handle", "address", "postcode", "plate", "bsn", "iban", "name", "school", "employer"]
Check = Literal["not_ours", "bsn", "iban"]

# The recogniser reads text without capitals badly; what it calls a person must look like a name.
_NAME = re.compile(r"[A-Z][a-z]+(?:[ -](?:van|de|der|den|ten|ter|el|al|[A-Z][a-z]+))*")
# Part of a hyphenated word is no name.
_WORD = re.compile(r"(?<![\w-])[A-Za-z]{2,}(?![\w-])")
_SENTENCE_START = re.compile(r"(?:^|[.!?\n]\s*)$")
_LONGEST_IBAN, _SHORTEST_IBAN = 34, 15


class Pattern(Strict):
    """One pattern of the file, with the further test that a match must pass."""

    kind: Kind
    pattern: str
    check: Check | None = None


class PatternFile(Strict):
    """``data/privacy/personal_details.yml``."""

    patterned: tuple[Pattern, ...]
    cues: tuple[Pattern, ...]


class PagePatterns(TypedDict):
    """What the page needs to warn before sending; ``ours`` are numbers (digits) and addresses of contacts."""

    patterns: list[dict[str, str]]
    ours: list[str]


def load_patterns() -> PatternFile:
    """Read the pattern file.

    Raises:
        ContentError: it breaks its schema.
    """
    return validate(read_yaml(FOLDER / "personal_details.yml"), PatternFile, "personal_details.yml")


def ours(contacts: Iterable[Contact]) -> frozenset[str]:
    """Return the numbers and mail addresses of ``contacts`` in the form that ``normal`` gives."""
    known = {normal(value) for contact in contacts for value in (contact.dial, contact.email) if value}
    return frozenset(known)


def normal(value: str) -> str:
    """Return a mail address in small letters; of a phone number its digits, as dialled in the Netherlands."""
    if "@" in value:
        return value.lower()
    digits = re.sub(r"\D", "", value.replace("(0)", ""))
    for prefix in ("0031", "31"):
        if digits.startswith(prefix):
            return "0" + digits.removeprefix(prefix)
    return digits


def for_page() -> PagePatterns:
    """Return the patterns for the page, as JSON values: a list of ``kind``, ``pattern`` (flags "i") and ``check``.

    ``check`` is "not_ours" (drop a match that ``ours`` holds), "bsn" or "iban" (their checksums), or missing.
    """
    patterns = [pattern.model_dump(exclude_none=True) for pattern in load_patterns().patterned]
    return PagePatterns(patterns=patterns, ours=sorted(ours(read("contacts", Contact))))


def is_bsn(value: str) -> bool:
    """Whether ``value`` passes the eleven test."""
    return bool(bsn.is_valid(value))


def is_iban(value: str) -> bool:
    """Whether ``value`` begins with an account number that passes its checksum; words may follow it."""
    compact = re.sub(r"\s", "", value)[:_LONGEST_IBAN]
    return any(iban.is_valid(compact[:length]) for length in range(len(compact), _SHORTEST_IBAN - 1, -1))


@dataclass(frozen=True)
class Finder:
    """Finds personal details; immutable, one for each process."""

    patterned: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...]
    cues: tuple[tuple[Kind, re.Pattern[str]], ...]
    organisations: re.Pattern[str]
    places: re.Pattern[str]
    names: frozenset[str]
    capital_names: frozenset[str]
    recogniser: Language | None

    def kinds(self, text: str) -> frozenset[Kind]:
        """Return the kinds of personal details in ``text``."""
        plain = _without_accents(text)
        found: set[Kind] = set()
        for kind, pattern, holds in self.patterned:
            if matches := [match[0] for match in pattern.finditer(plain) if holds(match[0])]:
                found.add(kind)
                for match in matches:
                    # The digits of an account number are no phone number as well.
                    plain = plain.replace(match, " ")
        others = self.organisations.sub(" ", plain)
        found.update(kind for kind, pattern in self.cues if pattern.search(others))
        if "name" not in found:
            others = self.places.sub(" ", others)
            if self._listed_name(others) or self._recognised_name(others):
                found.add("name")
        return frozenset(found)

    def _listed_name(self, text: str) -> bool:
        for match in _WORD.finditer(text):
            word = match[0]
            if word.lower() in self.names:
                return True
            # With a capital at the start of a sentence it may just as well be the ordinary word.
            if word in self.capital_names and not _SENTENCE_START.search(text[: match.start()]):
                return True
        return False

    def _recognised_name(self, text: str) -> bool:
        if self.recogniser is None or not any(character.isupper() for character in text[1:]):
            return False
        return any(
            entity.label_ in ("PER", "PERSON")
            and _NAME.fullmatch(entity.text)
            # The capital of a first word says nothing, unless a second name follows.
            and (" " in entity.text or not _SENTENCE_START.search(text[: entity.start_char]))
            for entity in self.recogniser(text).ents
        )


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted({_without_accents(name) for name in names}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE | re.ASCII)


def _recogniser() -> Language | None:
    """Return the pipeline with its entity recogniser alone, or None where it is not installed."""
    if not spacy.util.is_package(PIPELINE):
        return None
    return spacy.load(
        PIPELINE, exclude=["tagger", "morphologizer", "parser", "senter", "lemmatizer", "attribute_ruler"]
    )


def _first_names() -> Iterator[str]:
    for line in (FOLDER / "first_names.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


@lru_cache
def finder() -> Finder:
    """Return the finder of this process.

    Raises:
        ContentError: the pattern file or the contacts break their schema.
    """
    file, contacts = load_patterns(), read("contacts", Contact)
    known = ours(contacts)
    checks: dict[Check | None, Callable[[str], bool]] = {
        None: bool,
        "not_ours": lambda value: normal(value) not in known,
        "bsn": is_bsn,
        "iban": is_iban,
    }
    listed = list(_first_names())
    towns = read("municipalities", Municipality)
    return Finder(
        patterned=tuple(
            (entry.kind, re.compile(entry.pattern, re.IGNORECASE | re.ASCII), checks[entry.check])
            for entry in file.patterned
        ),
        cues=tuple((entry.kind, re.compile(entry.pattern, re.ASCII)) for entry in file.cues),
        organisations=_any_of(contact.name for contact in contacts),
        places=_any_of(town.name for town in towns),
        names=frozenset(name for name in listed if name.islower()),
        capital_names=frozenset(name for name in listed if not name.islower()),
        recogniser=_recogniser(),
    )
