"""The signals of exploitation as data, and which one to ask about next. No score and no verdict is ever computed."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from bot.directory.content import Audience, Strict, Text, read, unique
from bot.guidance.situation import Age, Answer, Form, Role, Situation
from bot.settings import CONTENT

SignalForm = Literal["sexual", "labour", "criminal"]


class Signal(Strict):
    """One signal: a question for each audience that can observe it. ``weight`` orders questions, nothing else."""

    id: Annotated[str, StringConstraints(pattern=r"^[GSCL]\d{1,2}$")]
    forms: tuple[SignalForm, ...] = Field(min_length=1)
    category: Text
    label: Text
    observable_by: tuple[Audience, ...]
    weight: Annotated[int, Field(ge=1, le=3)]
    question: Mapping[Audience, Text]
    why: Text
    sources: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _question_for_everyone(self) -> "Signal":
        missing = set(self.observable_by) ^ set(self.question)
        if missing:
            raise ValueError(f"question and observable_by differ: {', '.join(sorted(missing))}")
        return self


@lru_cache
def load_signals(folder: Path = CONTENT) -> Mapping[str, Signal]:
    """Return the signals by id, in the order of the file.

    Raises:
        ContentError: the file breaks its schema or repeats an id.
    """
    signals = read("signals", Signal, folder)
    unique((signal.id for signal in signals), "signals.yml")
    return {signal.id: signal for signal in signals}


# Signals that only make sense for one age, so that an adult is not asked a child's question.
ONLY_UNDER18 = frozenset({"S3"})
# Enough is known when this many signals of the heaviest class were answered with yes: asking on would be probing.
ENOUGH_STRONG = 2
MOST_QUESTIONS = 8
# With a form known, this many questions carry the advice; the rest would only make the check longer.
USUAL_QUESTIONS = 6


def candidates(situation: Situation, signals: Mapping[str, Signal]) -> list[Signal]:
    """Return the signals that may still be asked, the most telling first.

    A signal is left out when it is known, cannot be observed by this audience, belongs to another form, or does not fit
    the age. Signals of the form itself go before general ones of the same weight, new categories before known ones.
    """
    audience = situation.role or Role.SELF
    form = None if situation.form in (None, Form.UNCLEAR) else situation.form
    known_categories = {signals[signal].category for signal in situation.signals if signal in signals}
    found = []
    for position, signal in enumerate(signals.values()):
        if (
            signal.id in situation.signals
            or audience.value not in signal.question
            or (form is not None and form.value not in signal.forms)
            or (form is None and len(signal.forms) < len(SIGNAL_FORMS))
            or (signal.id in ONLY_UNDER18 and situation.age is Age.ADULT)
        ):
            continue
        specific = form is not None and len(signal.forms) < len(SIGNAL_FORMS)
        found.append((-signal.weight, signal.category in known_categories, not specific, position, signal))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:-1])]


SIGNAL_FORMS = ("sexual", "labour", "criminal")


def next_signal(situation: Situation, signals: Mapping[str, Signal]) -> Signal | None:
    """Return the signal to ask about now, or None when enough is known or nothing is left to ask."""
    asked = sum(question.startswith("signal:") for question in situation.asked)
    strong = sum(
        answer is Answer.YES and signals[signal].weight == 3
        for signal, answer in situation.signals.items()
        if signal in signals
    )
    most = USUAL_QUESTIONS if situation.form not in (None, Form.UNCLEAR) else MOST_QUESTIONS
    if asked >= most or strong >= ENOUGH_STRONG:
        return None
    left = candidates(situation, signals)
    return left[0] if left else None


def told(situation: Situation, signals: Mapping[str, Signal]) -> list[Signal]:
    """Return the signals that were answered with yes, the most telling first."""
    yes = [signals[s] for s, answer in situation.signals.items() if answer is Answer.YES and s in signals]
    return sorted(yes, key=lambda signal: -signal.weight)
