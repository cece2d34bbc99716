"""The check: what is asked, what is taken in, what comes out."""

from datetime import UTC, datetime

import pytest

from bot.directory.store import Directory
from bot.guidance import check
from bot.guidance.referral import refer
from bot.guidance.reply import Refer, Say
from bot.guidance.signals import load_signals
from bot.guidance.situation import Age, Answer, Form, Role, Situation

DIRECTORY = Directory.from_files()
SIGNALS = load_signals()
DAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ENOUGH = {"G1": Answer.YES, "G3": Answer.YES}
ABOUT_ME = Situation(role=Role.SELF, about_other=False)


@pytest.mark.parametrize(
    ("situation", "question"),
    [
        (Situation(), "role"),
        (Situation(asked=("role",)), "situation"),
        (Situation(about_other=True), "relation"),
        (Situation(about_other=True, asked=("relation",)), "situation"),
        (ABOUT_ME, "situation"),
        (ABOUT_ME.having(form=Form.UNCLEAR), "situation"),
        (ABOUT_ME.having(form=Form.LABOUR), "age"),
        (ABOUT_ME.having(form=Form.LABOUR, age=Age.ADULT), "signal:L1"),
        (ABOUT_ME.having(form=Form.LABOUR, age=Age.ADULT, signals=ENOUGH), "papers"),
        (ABOUT_ME.having(form=Form.LABOUR, age=Age.ADULT, signals=ENOUGH, without_papers=True), "region"),
        (ABOUT_ME.having(form=Form.LABOUR, age=Age.UNDER18, signals=ENOUGH), None),
        (ABOUT_ME.having(form=Form.SEXUAL, age=Age.UNDER18, signals=ENOUGH), None),
        (ABOUT_ME.having(form=Form.SEXUAL, age=Age.ADULT, signals=ENOUGH), "region"),
        (ABOUT_ME.having(form=Form.SEXUAL, age=Age.ADULT, signals=ENOUGH, municipality="Emmen"), None),
        (ABOUT_ME.having(form=Form.SEXUAL, age=Age.ADULT, signals=ENOUGH, asked=("region",)), None),
    ],
)
def test_the_next_question(situation: Situation, question: str | None) -> None:
    assert check.next_question(situation, SIGNALS, DIRECTORY) == question


@pytest.mark.parametrize(
    ("name", "situation", "key"),
    [
        ("age", ABOUT_ME, "utter_ask_age_self"),
        ("age", Situation(about_other=True), "utter_ask_age_other"),
        ("papers", ABOUT_ME, "utter_ask_papers_self"),
        ("papers", Situation(role=Role.FRIEND), "utter_ask_papers_other"),
        ("danger", Situation(danger="suicidal"), "utter_ask_suicidal"),
        ("danger", Situation(), "utter_ask_acute_danger"),
        ("region", ABOUT_ME, "utter_ask_region"),
        ("practice:p01_cadeaus", ABOUT_ME, "utter_ask_practice"),
    ],
)
def test_the_wording_of_a_question(name: str, situation: Situation, key: str) -> None:
    assert check.question(name, situation, SIGNALS).key == key


@pytest.mark.parametrize("role", list(Role))
def test_a_signal_is_asked_in_the_words_of_the_audience(role: Role) -> None:
    say = check.question("signal:G1", Situation(role=role), SIGNALS)
    assert say.values["question"] == SIGNALS["G1"].question[role.value]
    assert check.fits("signal:G1", Situation(role=role), SIGNALS)


def test_a_signal_that_somebody_cannot_see_does_not_fit() -> None:
    assert not check.fits("signal:S1", Situation(role=Role.SCHOOL), SIGNALS)
    assert check.fits("age", Situation(role=Role.SCHOOL), SIGNALS)


@pytest.mark.parametrize(
    ("name", "situation", "known"),
    [
        ("role", Situation(), False),
        ("role", Situation(about_other=False), True),
        ("relation", Situation(about_other=True), False),
        ("relation", Situation(role=Role.FRIEND), True),
        ("situation", Situation(form=Form.UNCLEAR), False),
        ("situation", Situation(form=Form.SEXUAL), True),
        ("age", Situation(age=Age.UNKNOWN), True),
        ("papers", Situation(without_papers=False), True),
        ("region", Situation(municipality="Ede"), True),
        ("safe", Situation(safe_to_talk=Answer.NO), True),
        ("signal:G1", Situation(signals={"G1": Answer.NO}), True),
        ("signal:G1", Situation(signals={"G2": Answer.NO}), False),
        ("danger", Situation(danger="suicidal"), False),
    ],
)
def test_whether_a_question_is_answered(name: str, situation: Situation, known: bool) -> None:
    assert check.known(name, situation) is known


@pytest.mark.parametrize(
    "name", ["role", "relation", "situation", "age", "papers", "region", "safe", "danger", "practice"]
)
def test_every_question_says_why_it_is_asked(name: str) -> None:
    assert check.explanation(name, SIGNALS) == Say(f"utter_why_{name}")


def test_a_signal_says_why_it_is_asked() -> None:
    assert check.explanation("signal:G1", SIGNALS) == Say("utter_why_signal", {"why": SIGNALS["G1"].why})


@pytest.mark.parametrize("name", ["role", "relation", "situation", "region"])
def test_yes_is_no_answer_to_who_or_where(name: str) -> None:
    assert not check.accepts(name, Answer.YES)
    assert not check.accepts(name, Answer.NO)
    assert check.accepts(name, Answer.SKIP)
    assert check.accepts(name, Answer.UNSURE)


@pytest.mark.parametrize("answer", list(Answer))
def test_every_answer_fits_a_yes_or_no_question(answer: Answer) -> None:
    assert check.accepts("age", answer)
    assert check.accepts("signal:G1", answer)


@pytest.mark.parametrize(
    ("name", "answer", "expected"),
    [
        ("age", Answer.YES, Situation(age=Age.UNDER18)),
        ("age", Answer.NO, Situation(age=Age.ADULT)),
        ("age", Answer.SKIP, Situation(age=Age.UNKNOWN)),
        ("papers", Answer.YES, Situation(without_papers=False)),
        ("papers", Answer.NO, Situation(without_papers=True)),
        ("papers", Answer.UNSURE, Situation()),
        ("safe", Answer.NO, Situation(safe_to_talk=Answer.NO)),
        ("region", Answer.SKIP, Situation()),
        ("signal:G1", Answer.UNSURE, Situation(signals={"G1": Answer.UNSURE})),
        ("signal:L4", Answer.YES, Situation(signals={"L4": Answer.YES}, form=Form.LABOUR)),
    ],
)
def test_an_answer_is_taken_in(name: str, answer: Answer, expected: Situation) -> None:
    assert check.record(Situation(), name, answer, SIGNALS) == expected


def test_what_was_answered_can_be_corrected_the_latest_first() -> None:
    situation = Situation(
        role=Role.SELF,
        about_other=False,
        municipality="Ede",
        signals={"G1": Answer.YES, "G9": Answer.YES},
        asked=("safe", "age", "signal:G1", "signal:G2"),
        pending="signal:G2",
    )
    assert check.answered(situation) == ["signal:G1", "age", "role", "relation", "region", "signal:G9"]
    choices = check.corrections(situation, SIGNALS)
    assert len(choices) == check.MOST_CORRECTIONS
    assert choices[0].payload == '/correct{"question": "signal:G1"}'
    assert choices[0].title == SIGNALS["G1"].label
    assert choices[1].title is None


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("role", {"role": None, "about_other": None}),
        ("relation", {"role": None}),
        ("situation", {"form": None}),
        ("age", {"age": None}),
        ("papers", {"without_papers": None}),
        ("region", {"municipality": None}),
        ("signal:G1", {"signals": {}}),
    ],
)
def test_a_forgotten_answer_can_be_asked_again(name: str, left: dict[str, object]) -> None:
    full = Situation(
        role=Role.FRIEND,
        about_other=True,
        form=Form.LABOUR,
        age=Age.ADULT,
        without_papers=True,
        municipality="Ede",
        signals={"G1": Answer.YES},
        asked=(name, "safe"),
    )
    assert check.forget(full, name) == full.having(asked=("safe",), **left)


@pytest.mark.parametrize(
    ("situation", "key"),
    [
        (Situation(signals={"G1": Answer.YES, "G9": Answer.YES}), "utter_outcome_told"),
        (Situation(signals={"G1": Answer.YES, "G9": Answer.NO}), "utter_outcome_told_one"),
        (Situation(signals={"G1": Answer.NO}), "utter_outcome_nothing"),
        (Situation(signals={"G1": Answer.SKIP}), "utter_outcome_unanswered"),
        (Situation(), "utter_outcome_unanswered"),
        (Situation(disclosed=True, signals={"G1": Answer.NO}), "utter_outcome_disclosed"),
    ],
)
def test_the_outcome_repeats_what_was_told_and_judges_nothing(situation: Situation, key: str) -> None:
    reply = check.outcome(situation.having(checking=True), SIGNALS, DIRECTORY, DAY)
    assert isinstance(reply.parts[0], Say)
    assert reply.parts[0].key == key
    assert isinstance(reply.parts[-1], Refer)
    assert reply.situation.checked
    assert not reply.situation.checking


def test_at_most_three_things_are_repeated() -> None:
    five = dict.fromkeys(["G1", "G2", "G3", "G4", "G8"], Answer.YES)
    first = check.outcome(Situation(signals=five), SIGNALS, DIRECTORY, DAY).parts[0]
    assert isinstance(first, Say)
    assert first.values["told"].count("\n") == 2


@pytest.mark.parametrize(
    ("situation", "key"),
    [
        (Situation(), "self"),
        (Situation(about_other=True), "bystander"),
        (Situation(role=Role.SCHOOL), "school"),
        (Situation(role=Role.SELF, form=Form.CRIMINAL), "self_criminal"),
        (Situation(role=Role.FRIEND, form=Form.CRIMINAL), "friend_criminal"),
        (Situation(role=Role.RELATIVE, form=Form.CRIMINAL), "relative_criminal"),
        (Situation(role=Role.SCHOOL, form=Form.CRIMINAL), "school"),
        (Situation(role=Role.SELF, parent_involved=True), "self_parent"),
        (Situation(role=Role.FRIEND, parent_involved=True), "friend"),
        (Situation(role=Role.SELF, without_papers=True, form=Form.CRIMINAL), "without_papers_self"),
        (Situation(role=Role.FRIEND, without_papers=True), "without_papers_other"),
    ],
)
def test_the_advice_is_for_this_audience(situation: Situation, key: str) -> None:
    assert check.advice(situation) == f"utter_advice_{key}"


def test_the_words_above_the_contacts() -> None:
    def keys(situation: Situation, now: datetime, lead: Say | None = None) -> list[str]:
        parts = check.contact_parts(refer(situation, DIRECTORY, now), situation, DIRECTORY, now, lead)
        assert isinstance(parts[-1], Refer)
        return [part.key for part in parts if isinstance(part, Say)]

    adult = ABOUT_ME.having(age=Age.ADULT)
    minor = ABOUT_ME.having(age=Age.UNDER18, form=Form.SEXUAL, without_papers=True)
    lead = Say("utter_human_handoff")
    assert keys(adult, DAY) == ["utter_outcome_contacts"]
    assert keys(adult, DAY, lead) == ["utter_human_handoff"]
    assert keys(adult, NIGHT) == ["utter_contacts_closed"]
    assert keys(adult, NIGHT, lead) == ["utter_human_handoff", "utter_contacts_closed"]
    assert keys(minor, DAY, lead) == ["utter_contacts_police_later"]
    assert keys(minor, NIGHT) == ["utter_contacts_police_later", "utter_contacts_closed"]


def test_it_says_when_the_first_opens_and_who_is_open_now() -> None:
    situation = ABOUT_ME.having(age=Age.ADULT)
    parts = check.contact_parts(refer(situation, DIRECTORY, NIGHT), situation, DIRECTORY, NIGHT)
    assert parts[0] == Say(
        "utter_contacts_closed", {"first": "CoMensha", "opens": "om 9.00 uur", "open": "Veilig Thuis"}
    )
