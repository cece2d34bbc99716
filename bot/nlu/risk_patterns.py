"""The words of danger, thoughts of suicide and recent sexual violence: the first way of ``bot.nlu.risk`` to see it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.patterns import PatternError, one_of, read
from bot.nlu.text import fold, shorten, spell, windows

# The most pressing first: who was raped last night and wants to die hears the number for now first.
DANGERS = ("sexual_violence_recent", "suicidal", "acute_danger")


@dataclass(frozen=True, slots=True)
class Reading:
    """A message, or a part of it, as the risk check reads it.

    ``spelled`` is without the phrases that only sound like danger; ``mended`` says whether there were any. ``text`` is
    what encoder and classifier read: as typed, or when mended the same as ``spelled``.
    """

    text: str
    spelled: str
    mended: bool


@dataclass(frozen=True, slots=True)
class RiskPatterns:
    """The patterns of ``data/patterns/risk.yml``."""

    look_alikes: re.Pattern[str]
    elsewhere: Mapping[str, re.Pattern[str]]
    dutch: Mapping[str, re.Pattern[str]]
    other: Mapping[str, re.Pattern[str]]

    def readings(self, text: str) -> Iterator[Reading]:
        """Yield the whole text, then its parts; what is nothing but a phrase that sounds like danger is left out."""
        for window in windows(text):
            spelled = spell(window)
            stripped = self.look_alikes.sub(" ", spelled)
            if stripped == spelled:
                yield Reading(window, spelled, mended=False)
            elif stripped.strip(" .,!?"):
                yield Reading(stripped, stripped, mended=True)

    def is_elsewhere(self, danger: str, spelled: str) -> bool:
        """Say whether spelled text tells that a danger is a film's, a lesson's or long past."""
        return self.elsewhere[danger].search(spelled) is not None

    def find(self, spelled: str) -> str | None:
        """Return the danger that the words of spelled Dutch text tell, the most pressing first, or None."""
        return next((danger for danger in DANGERS if self.dutch[danger].search(spelled)), None)

    def find_in_others(self, text: str) -> str | None:
        """Return the danger that the words of a text in another language tell, or None."""
        # Dutch chat spellings would spoil other languages: Polish "nie" is not "niet".
        folded = shorten(fold(text))
        return next((danger for danger in DANGERS if self.other[danger].search(folded)), None)


@lru_cache
def load_patterns() -> RiskPatterns:
    """Return the risk patterns.

    Raises:
        PatternError: the file has not the right form.
    """
    content = read("risk")
    words = content["words"]
    try:
        return RiskPatterns(
            one_of(content["look_alikes"], words),
            {danger: one_of(content["elsewhere"][danger], words) for danger in DANGERS},
            {danger: one_of(content[danger], words) for danger in DANGERS},
            {danger: one_of(content["other_languages"][danger], words) for danger in DANGERS},
        )
    except KeyError as error:
        raise PatternError(f"risk.yml: {error} is missing") from None
