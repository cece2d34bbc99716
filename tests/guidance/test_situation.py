"""The memory of a conversation: closed values, and nothing left of an empty one."""

import dataclasses

import pytest
import yaml

from bot.guidance.situation import Age, Answer, Form, Role, Situation, Understood
from bot.settings import ROOT

FULL = Situation(
    role=Role.FRIEND,
    about_other=True,
    form=Form.SEXUAL,
    disclosed=True,
    age=Age.UNDER18,
    municipality="Emmen",
    without_papers=False,
    stay_anonymous=True,
    safe_to_talk=Answer.YES,
    parent_involved=False,
    recent_violence=True,
    signals={"G1": Answer.YES, "S1": Answer.SKIP},
    pending="signal:S2",
    asked=("age", "signal:S1"),
    checking=True,
    checked=True,
    topic="politie",
    misunderstood=1,
    danger="suicidal",
    interrupted="age",
    meldcode="step3",
    practised=("p01_cadeaus",),
    language="pl",
    said=("utter_greet#00000000",),
)


def test_what_is_known_survives_the_slots() -> None:
    assert Situation.from_slots(FULL.to_slots()) == FULL


def test_an_empty_situation_leaves_no_trace() -> None:
    assert set(Situation().to_slots().values()) == {None}
    assert Situation.from_slots({}) == Situation()


def test_no_is_an_answer_and_stays() -> None:
    slots = Situation(without_papers=False, about_other=False).to_slots()
    assert slots["without_papers"] is False
    assert slots["about_other"] is False


def test_every_field_is_a_slot_and_every_slot_a_field() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert set(domain["slots"]) == {field.name for field in dataclasses.fields(Situation)}
    assert not any(slot["influence_conversation"] for slot in domain["slots"].values())


def test_a_value_outside_the_closed_list_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        Situation.from_slots({"role": "nobody"})


@pytest.mark.parametrize(
    ("situation", "audience"),
    [
        (Situation(), Role.SELF),
        (Situation(about_other=True), Role.BYSTANDER),
        (Situation(about_other=True, role=Role.SCHOOL), Role.SCHOOL),
    ],
)
def test_who_is_spoken_to(situation: Situation, audience: Role) -> None:
    assert situation.audience is audience


def test_unclear_is_no_known_form() -> None:
    assert not Situation().form_known
    assert not Situation(form=Form.UNCLEAR).form_known
    assert Situation(form=Form.LABOUR).form_known


def test_the_first_of_several_values() -> None:
    said = Understood("disclose_labour", entities={"signal": ("L4", "L1")})
    assert said.first("signal") == "L4"
    assert said.first("age") is None
