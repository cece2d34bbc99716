"""The signals of exploitation as data, and which one to ask about next. No score and no verdict is ever computed."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from bot.directory.content import Audience, Strict, Text, read, unique
from bot.guidance.situation import Age, Answer, Form, Situation
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


SIGNAL_FORMS = (Form.SEXUAL, Form.LABOUR, Form.CRIMINAL)
# Only asked when the person is known to be under 18: the question would not fit anybody else.
ONLY_UNDER18 = frozenset({"S3"})
# Enough is known when this many signals of the heaviest class were answered with yes: asking on would be probing.
ENOUGH_STRONG = 2
MOST_QUESTIONS = 8
# With a form known, this many questions carry the advice; the rest would only make the check longer.
USUAL_QUESTIONS = 6
STRONG = 3


def candidates(situation: Situation, signals: Mapping[str, Signal]) -> list[Signal]:
    """Return the signals that may still be asked, the most telling first.

    A signal is left out when it is known or was put before, cannot be observed by this audience, belongs to another
    form, or does not fit the age. Heavier signals go first, then new categories before known ones, then signals of the
    form itself before general ones.
    """
    audience = situation.audience.value
    known_categories = {signals[signal].category for signal in situation.signals if signal in signals}
    found = []
    for position, signal in enumerate(signals.values()):
        general = len(signal.forms) == len(SIGNAL_FORMS)
        fits = general or (situation.form is not None and situation.form.value in signal.forms)
        if (
            signal.id in situation.signals
            or question_of(signal) in situation.asked
            or audience not in signal.question
            or not fits
            or (signal.id in ONLY_UNDER18 and situation.age is not Age.UNDER18)
        ):
            continue
        found.append((-signal.weight, signal.category in known_categories, general, position, signal))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:-1])]


def question_of(signal: Signal) -> str:
    """Return the name of the question about ``signal``."""
    return f"signal:{signal.id}"


def next_signal(situation: Situation, signals: Mapping[str, Signal]) -> Signal | None:
    """Return the signal to ask about now, or None when enough is known or nothing is left to ask."""
    asked = sum(question.startswith("signal:") for question in situation.asked)
    strong = sum(signal.weight == STRONG for signal in told(situation, signals))
    most = USUAL_QUESTIONS if situation.form_known else MOST_QUESTIONS
    if asked >= most or strong >= ENOUGH_STRONG:
        return None
    left = candidates(situation, signals)
    return left[0] if left else None


def told(situation: Situation, signals: Mapping[str, Signal]) -> list[Signal]:
    """Return the signals that were answered with yes and fit the age, the most telling first."""
    yes = [signals[s] for s, answer in situation.signals.items() if answer is Answer.YES and s in signals]
    fitting = [signal for signal in yes if signal.id not in ONLY_UNDER18 or situation.age is Age.UNDER18]
    return sorted(fitting, key=lambda signal: -signal.weight)


def form_of(situation: Situation, signals: Mapping[str, Signal]) -> Form | None:
    """Return the form of the story; when nobody named one, the only form that the signals told point to."""
    if situation.form_known:
        return situation.form
    specific = {signal.forms[0] for signal in told(situation, signals) if len(signal.forms) == 1}
    return Form(specific.pop()) if len(specific) == 1 else situation.form
