"""Spelling of chat, made uniform: what patterns and features see instead of the typed text."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

import yaml

from bot.settings import PATTERNS

_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "ł": "l", "ß": "ss", "ı": "i", "œ": "oe"}
)
_VOWELS_LONG = re.compile(r"([aeiou])\1{2,}")
_OTHERS_LONG = re.compile(r"([^\W\daeiou])\1{2,}")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[\w']+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
# Sentences shorter than this (in words) say too little alone; more windows than that would cost too much time.
_SHORTEST, MOST_WINDOWS = 3, 12


def fold(text: str) -> str:
    """Return the text in lower case, without accents, with plain quotes and single spaces; any script."""
    plain = text.lower().translate(_QUOTES)
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(character for character in decomposed if not unicodedata.combining(character))
        plain = plain.translate(_QUOTES)
    return _SPACES.sub(" ", plain).strip()


def shorten(text: str) -> str:
    """Return folded text with stretched letters cut: "neeeee" -> "nee", "stopppp" -> "stop"."""
    return _OTHERS_LONG.sub(r"\1", _VOWELS_LONG.sub(r"\1\1", text))


def windows(text: str) -> list[str]:
    """Return the whole text, then each sentence, then neighbouring pairs: what is said in the middle is heard too."""
    sentences = [sentence for sentence in _SENTENCE.split(text.strip()) if len(sentence.split()) >= _SHORTEST]
    if len(sentences) < 2:
        return [text]
    pairs = [f"{first} {second}" for first, second in pairwise(sentences)]
    return [text, *sentences, *pairs][:MOST_WINDOWS]


def spell(text: str) -> str:
    """Return the text as patterns read it: folded, shortened, with chat spellings written out."""
    written_out = _spellings()
    return _WORD.sub(lambda match: written_out.get(match[0], match[0]), shorten(fold(text)))


@lru_cache
def _spellings() -> dict[str, str]:
    listed = yaml.safe_load((PATTERNS / "spelling.yml").read_text(encoding="utf-8"))["spellings"]
    return {str(chat): str(written) for chat, written in listed.items()}


def pattern(source: str) -> re.Pattern[str]:
    """Return a compiled pattern for spelled text; ``source`` is ours, never a visitor's."""
    return re.compile(_folded(source))


def _folded(source: str) -> str:
    # Patterns may be written with accents; escapes such as \b and \S must keep their case.
    decomposed = unicodedata.normalize("NFKD", source.translate(_QUOTES))
    return "".join(character for character in decomposed if not unicodedata.combining(character)).translate(_QUOTES)
