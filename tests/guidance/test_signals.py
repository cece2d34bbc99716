"""The signals: complete, askable by those who can see them, the most telling first."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.directory.content import ContentError
from bot.guidance.signals import (
    MOST_QUESTIONS,
    USUAL_QUESTIONS,
    candidates,
    form_of,
    load_signals,
    next_signal,
    question_of,
    told,
)
from bot.guidance.situation import Age, Answer, Form, Role, Situation

SIGNALS = load_signals()
# Left out on purpose: a background is no signal.
EXPECTED = {f"G{n}" for n in range(1, 14)} | {f"S{n}" for n in range(1, 15) if n != 13}
EXPECTED |= {f"{letter}{n}" for letter in "CL" for n in range(1, 11)}


def test_every_signal_of_the_sources_is_there() -> None:
    assert set(SIGNALS) == EXPECTED


@pytest.mark.parametrize("audience", list(Role))
@pytest.mark.parametrize("form", [Form.SEXUAL, Form.LABOUR, Form.CRIMINAL])
def test_every_audience_has_enough_to_answer_about_every_form(audience: Role, form: Form) -> None:
    situation = Situation(role=audience, form=form, age=Age.UNKNOWN, about_other=audience is not Role.SELF)
    found = candidates(situation, SIGNALS)
    assert len(found) >= 4
    assert all(audience.value in signal.question for signal in found)
    assert all(form.value in signal.forms for signal in found)


def test_the_most_telling_signals_come_first() -> None:
    weights = [signal.weight for signal in candidates(Situation(role=Role.SELF, form=Form.SEXUAL), SIGNALS)]
    assert weights == sorted(weights, reverse=True)


def test_without_a_form_only_general_signals_are_asked() -> None:
    assert {signal.id[0] for signal in candidates(Situation(), SIGNALS)} == {"G"}


def test_what_is_known_or_was_put_is_not_asked_again() -> None:
    situation = Situation(signals={"G1": Answer.NO}, asked=("signal:G2",))
    assert not {"G1", "G2"} & {signal.id for signal in candidates(situation, SIGNALS)}


@pytest.mark.parametrize(
    ("age", "asked"), [(Age.UNDER18, True), (Age.ADULT, False), (Age.UNKNOWN, False), (None, False)]
)
def test_a_question_for_minors_is_for_minors(age: Age | None, asked: bool) -> None:
    found = candidates(Situation(form=Form.SEXUAL, age=age), SIGNALS)
    assert (SIGNALS["S3"] in found) is asked


@pytest.mark.parametrize(("form", "most"), [(None, MOST_QUESTIONS), (Form.LABOUR, USUAL_QUESTIONS)])
def test_no_more_questions_than_needed(form: Form | None, most: int) -> None:
    situation, count = Situation(form=form), 0
    while signal := next_signal(situation, SIGNALS):
        situation = situation.having(
            asked=(*situation.asked, question_of(signal)), signals={**situation.signals, signal.id: Answer.NO}
        )
        count += 1
    assert count == most <= 8


def test_two_strong_signals_are_enough() -> None:
    assert next_signal(Situation(signals={"G1": Answer.YES}), SIGNALS)
    assert next_signal(Situation(signals={"G1": Answer.YES, "G3": Answer.YES}), SIGNALS) is None
    assert next_signal(Situation(signals={"G1": Answer.NO, "G3": Answer.NO}), SIGNALS)


def test_only_yes_was_told_and_the_strongest_first() -> None:
    situation = Situation(signals={"G9": Answer.YES, "G1": Answer.YES, "G2": Answer.UNSURE, "zz": Answer.YES})
    assert [signal.id for signal in told(situation, SIGNALS)] == ["G1", "G9"]


def test_a_signal_of_minors_is_not_repeated_about_an_adult() -> None:
    assert told(Situation(signals={"S3": Answer.YES}, age=Age.ADULT), SIGNALS) == []


@pytest.mark.parametrize(
    ("signals", "form", "expected"),
    [
        (["L4"], None, Form.LABOUR),
        (["L4", "G1"], Form.UNCLEAR, Form.LABOUR),
        (["L4", "S1"], None, None),
        (["G1"], None, None),
        (["L4"], Form.SEXUAL, Form.SEXUAL),
    ],
)
def test_the_form_follows_from_signals_only_when_they_agree(
    signals: list[str], form: Form | None, expected: Form | None
) -> None:
    assert form_of(Situation(form=form, signals=dict.fromkeys(signals, Answer.YES)), SIGNALS) is expected


def test_labels_are_different() -> None:
    assert max(Counter(signal.label for signal in SIGNALS.values()).values()) == 1


@pytest.mark.parametrize(
    "change",
    [{"weight": 4}, {"question": {"self": "Echt?"}, "observable_by": ["self", "friend"]}, {"id": "X1"}, {"score": 3}],
)
def test_wrong_content_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    entry = {
        "id": "G1",
        "forms": ["sexual"],
        "category": "dwang",
        "label": "bang",
        "observable_by": ["self"],
        "weight": 1,
        "question": {"self": "Echt?"},
        "why": "Daarom.",
        "sources": ["003"],
    }
    (tmp_path / "signals.yml").write_text(yaml.safe_dump({"signals": [entry | change]}), encoding="utf-8")
    with pytest.raises(ContentError):
        load_signals(tmp_path)
