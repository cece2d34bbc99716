"""Pattern files in ``data/patterns``: named lists of regular expressions; ``{word}`` in one stands for other words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.text import pattern
from bot.settings import PATTERNS

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_CLAUSE = re.compile(r"[.;!?\n]|,|\b(?:maar|want|omdat|terwijl)\b")
_NEGATION = re.compile(r"\b(?:niet|nooit|geen|niemand|nergens|niets)\b")
# How many characters before and after a match a negation still belongs to it.
_BEFORE, _AFTER = 25, 22


class PatternError(ValueError):
    """A pattern file that cannot be used; the message names file and entry."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Texts in which one of ``any`` matches and none of ``unless`` does.

    With ``plain``, a negation next to the match in the same clause undoes it, unless the match itself holds one.
    """

    any: re.Pattern[str]
    unless: re.Pattern[str] | None
    plain: bool = True

    def holds(self, text: str) -> bool:
        """Say whether the rule holds for spelled text."""
        # First what seldom matches: most rules then need no second search.
        if not any(not self.plain or not negated(text, match) for match in self.any.finditer(text)):
            return False
        return self.unless is None or not self.unless.search(text)


def negated(text: str, match: re.Match[str]) -> bool:
    """Say whether a negation belongs to ``match``: close by, in its clause, and not part of it."""
    if _NEGATION.search(match[0]):
        return False
    before = _CLAUSE.split(text[max(0, match.start() - _BEFORE) : match.start()])[-1]
    after = _CLAUSE.split(text[match.end() : match.end() + _AFTER])[0]
    return bool(_NEGATION.search(before) or _NEGATION.search(after))


def one_of(sources: Iterable[str], words: Mapping[str, str]) -> re.Pattern[str]:
    """Return one pattern for all of ``sources``, with ``{word}`` filled in.

    Raises:
        PatternError: a word is unknown or a pattern is not a regular expression.
    """

    def filled(source: str) -> str:
        try:
            # Words may use words.
            while _PLACEHOLDER.search(source):
                source = _PLACEHOLDER.sub(lambda match: f"(?:{words[match[1]]})", source)
            re.compile(source)
        except KeyError as error:
            raise PatternError(f"unknown word {error} in {source!r}") from None
        except re.error as error:
            raise PatternError(f"{source!r}: {error}") from None
        return source

    return pattern("|".join(f"(?:{filled(source)})" for source in sources))


def read(name: str, folder: Path = PATTERNS) -> dict[str, Any]:
    """Return the content of the pattern file ``name`` with ``words`` prepared for ``one_of``.

    Raises:
        PatternError: the file has not the right form.
    """
    content = yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise PatternError(f"{name}.yml: not a mapping")
    words = {
        word: "|".join(value) if isinstance(value, list) else value for word, value in content.get("words", {}).items()
    }
    return {**content, "words": words}


def rules(entries: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[tuple[str, Rule]]:
    """Yield named rules from ``name: [pattern, ...]`` or ``name: {any: [...], unless: [...], plain: bool}``.

    Raises:
        PatternError: an entry has neither form.
    """
    for name, entry in entries.items():
        if isinstance(entry, list):
            entry = {"any": entry}
        if not isinstance(entry, dict) or not entry.get("any") or set(entry) - {"any", "unless", "plain"}:
            raise PatternError(f"{name}: neither a list nor any/unless/plain")
        unless = one_of(entry["unless"], words) if entry.get("unless") else None
        yield str(name), Rule(one_of(entry["any"], words), unless, entry.get("plain", True))
