"""Practice: invented situations, "would you do something here?", and an explanation of the signals in them."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from bot.directory.content import Strict, Text, read, unique
from bot.guidance.reply import Part, Reply, Say, listed
from bot.guidance.signals import Signal
from bot.guidance.situation import Situation
from bot.settings import CONTENT


class Case(Strict):
    """One situation. ``act``: ask for advice, talk first, or nothing to do."""

    id: Annotated[str, StringConstraints(pattern=r"^p\d{2}_[a-z_]+$")]
    form: Literal["sexual", "labour", "criminal", "none"]
    story: Text
    question: Text
    act: Literal["yes", "talk", "no"]
    explanation: Text
    signals: tuple[str, ...]


@lru_cache
def load_practice(folder: Path = CONTENT) -> Mapping[str, Case]:
    """Return the situations by id, in an order in which the forms alternate.

    Raises:
        ContentError: the file breaks its schema or repeats an id.
    """
    cases = read("practice", Case, folder)
    unique((case.id for case in cases), "practice.yml")
    by_form = [[case for case in cases if case.form == form] for form in dict.fromkeys(case.form for case in cases)]
    return {case.id: case for case in chain.from_iterable(zip_longest(*by_form)) if case}


def pose(case: str | None, situation: Situation, cases: Mapping[str, Case]) -> Reply:
    """Return situation ``case``, or the next one that was not shown yet; praise when all were."""
    left = [name for name in cases if name not in situation.practised]
    if case not in cases:
        case = left[0] if left else None
    if case is None:
        return Reply((Say("utter_practice_done"),), situation.having(practised=()))
    practised = situation.practised if case in situation.practised else (*situation.practised, case)
    situation = situation.having(pending=f"practice:{case}", practised=practised)
    first: tuple[Part, ...] = () if len(practised) > 1 else (Say("utter_practice_start"),)
    story = Say("utter_practice_story", {"story": cases[case].story})
    return Reply((*first, story, Say("utter_ask_practice")), situation)


def explain(case: Case, situation: Situation, signals: Mapping[str, Signal]) -> Reply:
    """Return what fits in this situation and why, whatever the visitor answered: there is no score."""
    parts: list[Part] = [Say(f"utter_practice_{case.act}", {"explanation": case.explanation})]
    labels = [signals[signal].label for signal in case.signals if signal in signals]
    if labels:
        parts.append(Say("utter_practice_signals", {"signals": listed(labels)}))
    else:
        parts.append(Say("utter_practice_no_signals"))
    return Reply(tuple(parts), situation.having(pending=None))
