"""Practice: enough situations of every kind, and an explanation whatever is answered."""

from collections import Counter
from pathlib import Path

import pytest

from bot.directory.content import ContentError
from bot.guidance.practice import Case, explain, load_practice, pose
from bot.guidance.reply import Say
from bot.guidance.signals import load_signals
from bot.guidance.situation import Situation

CASES = load_practice()
SIGNALS = load_signals()


def test_there_are_enough_situations_of_every_kind() -> None:
    forms = Counter(case.form for case in CASES.values())
    assert len(CASES) >= 16
    assert set(forms) == {"sexual", "labour", "criminal", "none"}
    assert min(forms.values()) >= 4
    assert {case.act for case in CASES.values()} == {"yes", "talk", "no"}


def test_the_forms_alternate() -> None:
    assert len({case.form for case in list(CASES.values())[:4]}) == 4


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_signals_exist_and_fit_what_to_do(case: Case) -> None:
    assert set(case.signals) <= set(SIGNALS)
    if case.act == "yes":
        assert case.signals


def test_every_situation_comes_once_and_then_it_is_done() -> None:
    situation, seen = Situation(), []
    while True:
        reply = pose(None, situation, CASES)
        situation = reply.situation
        if reply.parts == (Say("utter_practice_done"),):
            break
        assert situation.pending
        seen.append(situation.pending.removeprefix("practice:"))
    assert seen == list(CASES)
    assert situation.practised == ()


def test_a_named_situation_is_shown_again() -> None:
    first = pose("p11_kas", Situation(), CASES)
    again = pose("p11_kas", first.situation, CASES)
    assert again.situation.pending == "practice:p11_kas"
    assert again.situation.practised == ("p11_kas",)
    assert pose("unknown", Situation(), CASES).situation.pending == f"practice:{next(iter(CASES))}"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_explanation_names_the_signals(case: Case) -> None:
    reply = explain(case, Situation(pending=f"practice:{case.id}"), SIGNALS)
    says = [part for part in reply.parts if isinstance(part, Say)]
    assert says[0].key == f"utter_practice_{case.act}"
    assert says[0].values["explanation"] == case.explanation
    for signal in case.signals:
        assert SIGNALS[signal].label in says[1].values["signals"]
    assert reply.situation.pending is None


def test_wrong_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "practice.yml").write_text("practice: [{id: p01_x, form: other}]", encoding="utf-8")
    with pytest.raises(ContentError):
        load_practice(tmp_path)
