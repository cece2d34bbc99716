"""Dutch municipalities in chat text: names, villages, nicknames and typing errors, only where a place is meant."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from rapidfuzz.distance import OSA

from bot.nlu.patterns import one_of
from bot.nlu.text import fold
from bot.settings import CONTENT, PATTERNS

_SPLIT = re.compile(r"[^\w'/-]+")
_LONGEST = 5
# Shortest name (in letters) in which a typing error is looked for; beyond the second length there may be two errors.
_FUZZY, _FUZZY_TWO = 6, 10
_SHORT_MESSAGE = 3


class Places:
    """Finds municipalities in text. Immutable; keeps nothing of what it reads.

    Args:
        names: spellings and the municipality each stands for.
        common: names that are also ordinary words.
        after_in: common names that are places after "in" or "uit".
        not_a_typo: words that only look like a misspelled name.
        sure: after a match of this, a name is a place whatever else it means.
        maybe: after a match of this, a name is a place when it is no other word.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        common: Iterable[str] = (),
        after_in: Iterable[str] = (),
        not_a_typo: Iterable[str] = (),
        *,
        sure: re.Pattern[str],
        maybe: re.Pattern[str],
    ) -> None:
        self._sure, self._maybe = sure, maybe
        self._names = {_key(spelling): name for spelling, name in names.items()}
        self._common = {_key(word) for word in common}
        self._after_in = {_key(word) for word in after_in}
        self._not_a_typo = {_key(word) for word in not_a_typo}
        self._alike: dict[tuple[str, int], list[str]] = {}
        for spelling in self._names:
            if len(spelling) >= _FUZZY and spelling not in self._common:
                self._alike.setdefault((spelling[0], len(spelling)), []).append(spelling)

    def find(self, text: str) -> str | None:
        """Return the name of the first municipality in ``text``, or None."""
        folded = fold(text)
        words = [word for word in _SPLIT.split(folded) if word.strip("'-/")]
        if not words:
            return None
        for match in self._sure.finditer(folded):
            after = _SPLIT.split(folded[match.end() :])[:_LONGEST]
            if name := self._start(after, sure=True, fuzzy=True):
                return name
        if len(words) <= _SHORT_MESSAGE:
            for start in range(len(words)):
                alone = (start == 0 and len(words) == 1) or words[start - 1] in (
                    "in",
                    "uit",
                    "gemeente",
                    "regio",
                    "bij",
                )
                if name := self._start(words[start:], sure=alone, fuzzy=True):
                    return name
        for match in self._maybe.finditer(folded):
            after = _SPLIT.split(folded[match.end() :])[:_LONGEST]
            if name := self._start(after, sure=False, fuzzy=False, preposition=match[0].strip() in ("in", "uit")):
                return name
        return None

    def _start(self, words: list[str], *, sure: bool, fuzzy: bool, preposition: bool = False) -> str | None:
        """Return the municipality whose name ``words`` begin with; the longest spelling wins."""
        words = [word for word in words if word]
        if (
            words
            and words[0] in ("de", "het", "gemeente", "stad")
            and len(words) > 1
            and (found := self._start(words[1:], sure=False, fuzzy=False))
        ):
            return found
        for length in range(min(_LONGEST, len(words)), 0, -1):
            spelling = _key(" ".join(words[:length]))
            name = self._names.get(spelling)
            if name and (sure or spelling not in self._common or (preposition and spelling in self._after_in)):
                return name
        if fuzzy:
            for length in range(min(3, len(words)), 0, -1):
                if name := self._misspelled(_key(" ".join(words[:length]))):
                    return name
        return None

    def _misspelled(self, spelling: str) -> str | None:
        """Return the municipality whose name is nearest to ``spelling``; the first letter is seldom wrong."""
        if len(spelling) < _FUZZY or spelling in self._not_a_typo:
            return None
        errors = 2 if len(spelling) >= _FUZZY_TWO else 1
        best: tuple[int, str] | None = None
        for length in range(len(spelling) - errors, len(spelling) + errors + 1):
            for candidate in self._alike.get((spelling[0], length), ()):
                distance = OSA.distance(spelling, candidate, score_cutoff=errors)
                if distance <= errors and (best is None or distance < best[0]):
                    best = distance, candidate
        return self._names[best[1]] if best else None


def _key(spelling: str) -> str:
    return fold(spelling).replace("-", " ").replace("/", " ").replace("'", "").replace("  ", " ").strip()


@lru_cache
def load_places(content: Path = CONTENT, patterns: Path = PATTERNS) -> Places:
    """Return the places of ``municipalities.yml`` and ``places.yml``."""
    municipalities = yaml.safe_load((content / "municipalities.yml").read_text(encoding="utf-8"))["municipalities"]
    extra = yaml.safe_load((patterns / "places.yml").read_text(encoding="utf-8"))
    names: dict[str, str] = {}
    for entry in municipalities:
        for spelling in (*entry.get("aliases", ()), entry["display"], entry["name"]):
            names[spelling] = entry["name"]
    names |= extra["nicknames"]
    return Places(
        names,
        extra["common"],
        extra["after_in"],
        extra["not_a_typo"],
        sure=one_of(extra["sure"], {}),
        maybe=one_of(extra["maybe"], {}),
    )
