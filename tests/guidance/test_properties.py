"""Whatever a visitor says, in whatever order: what must always hold."""

from collections.abc import Callable, Collection

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.base import guide, reasons
from bot.catalogue import PLACEHOLDER, bubbles, catalogue
from bot.chat.understanding import CLOSED
from bot.guidance.conversation import DANGERS
from bot.guidance.meldcode import CONSULT, VIEWS
from bot.guidance.reply import Refer
from bot.guidance.situation import Age, Form, Role, Situation, Understood
from bot.wording import REFUSED
from tests.guidance.talk import NIGHT, Talk, rules, tapped, understood

GUIDE = guide()
WORDS = catalogue()
FIRST_CONTACT = DANGERS
# Messages with which the visitor takes an answer back, leaves a question open, or begins again.
LEAVING = {"correct", "restart", "erase", "start_check", "stop", "practice", "meldcode"}
VALUES: dict[str, list[str]] = {
    "signal": [*GUIDE.signals, "X9"],
    "municipality": ["Groningen", "Almere", "Emmen", "Apeldoorn", "Amsterdam"],
    "role": [*Role],
    "form": [*Form],
    "age": [Age.UNDER18, Age.ADULT],
    "papers": ["with", "without"],
    "anonymous": ["yes"],
    "parent_involved": ["yes"],
    "step": [*VIEWS, CONSULT],
    "case": [*GUIDE.cases],
    "question": ["role", "relation", "situation", "age", "papers", "region", "signal:G1", "safe", "unknown"],
    "safe": ["yes", "no", "alone"],
    "nod": ["yes"],
    "bare": ["yes"],
}
# Said instead of an answer: the open question stays.
NO_ANSWER = {"safe", "nod"}
LABELS = [*(f"faq/{topic}" for topic in WORDS.topics()), *rules()]


def entities(without: Collection[str] = ()) -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    chosen = {
        name: st.lists(st.sampled_from(values).map(str), min_size=1, max_size=2)
        for name, values in VALUES.items()
        if name not in without
    }
    some = st.fixed_dictionaries({}, optional={name: values.map(tuple) for name, values in chosen.items()})
    # Most messages tell little.
    return st.one_of(st.just({}), some)


MESSAGES: st.SearchStrategy[Understood] = st.builds(
    Understood,
    intent=st.sampled_from(sorted(rules())),
    topic=st.sampled_from([*WORDS.topics(), None]),
    entities=entities(),
    guesses=st.lists(st.sampled_from(LABELS), max_size=5).map(tuple),
)
ANSWERS = st.builds(
    Understood, intent=st.sampled_from(["affirm", "deny", "unsure", "skip"]), entities=entities(without=NO_ANSWER)
)
NOWS = st.sampled_from([Talk().now, NIGHT])
generous = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check_turn(talk: Talk, before: list[str]) -> None:
    """Check one turn: words, contacts and buttons; ``before`` are the texts of the turn before."""
    assert talk.wordings
    for wording in talk.wordings:
        assert wording.text.strip()
        assert not PLACEHOLDER.search(wording.text)
        for button in wording.buttons:
            said = tapped(button.payload)
            assert said.intent in rules()
            assert set(said.entities) <= CLOSED
            assert button.title
            for name, values in said.entities.items():
                allowed = [*WORDS.topics()] if name == "topic" else [str(value) for value in VALUES[name]]
                if name == "question" and values[0].startswith("signal:"):
                    allowed = [f"signal:{signal}" for signal in GUIDE.signals]
                assert values[0] in allowed, button
    assert len(talk.buttons) <= 5
    assert len(set(talk.buttons)) == len(talk.buttons)
    shown = [bubble for wording in talk.wordings for bubble in bubbles(wording.text)]
    # An answer of three bubbles may be followed by the open question, which stands by itself.
    assert len(shown) <= 4
    # Of an erased conversation nothing is left to compare with.
    assert talk.reply.erase or not {wording.text for wording in talk.wordings} & set(before)
    questions = [key for key in talk.keys if key.startswith(("utter_ask_", "utter_offer_"))]
    assert len(questions) <= 1
    assert not questions or talk.keys[-1] == questions[0]
    for contact in talk.cards:
        assert contact in GUIDE.directory.contacts
        digits = "".join(filter(str.isdigit, GUIDE.directory.contacts[contact].phone or ""))
        assert digits not in REFUSED
    groups = [part.contacts for part in talk.reply.parts if isinstance(part, Refer)]
    assert len(groups) <= 1


def play(messages: list[Understood], talk: Talk, each: Callable[[Talk, Understood, Situation], None]) -> None:
    for said in messages:
        before, texts = talk.situation, [wording.text for wording in talk.wordings]
        talk.hears(said)
        check_turn(talk, texts)
        each(talk, said, before)


@generous
@given(st.lists(MESSAGES, max_size=15), NOWS)
def test_any_conversation_keeps_the_rules(messages: list[Understood], now: object) -> None:
    def each(talk: Talk, said: Understood, before: Situation) -> None:
        if said.intent in DANGERS:
            first = next(part for part in talk.reply.parts if isinstance(part, Refer))
            assert first.contacts[0] == FIRST_CONTACT[said.intent]
            assert talk.keys[0].removesuffix("_other") == f"utter_{said.intent}"
        if said.intent == "human_handoff":
            assert 2 <= len(talk.cards) <= 3
            if talk.situation.danger:
                assert talk.cards[0] == FIRST_CONTACT[talk.situation.danger]
        questions = [name for name in talk.situation.asked if name.startswith("signal:")]
        assert len(questions) <= 8
        assert len(set(talk.situation.asked)) == len(talk.situation.asked)
        assert Situation.from_slots(talk.situation.to_slots()) == talk.situation

    play(messages, Talk(now=now if now is NIGHT else Talk().now), each)


@generous
@given(st.lists(MESSAGES, max_size=6), st.data(), NOWS)
def test_whatever_came_before_the_check_ends_with_contacts(
    messages: list[Understood], data: st.DataObject, now: object
) -> None:
    talk = Talk(now=now if now is NIGHT else Talk().now)
    for said in messages:
        talk.hears(said)
    talk.hears(understood("start_check"))
    put: list[str] = []
    for _ in range(20):
        if talk.situation.checked or not talk.pending:
            break
        put.append(talk.pending)
        texts = [wording.text for wording in talk.wordings]
        answer = data.draw(ANSWERS)
        if talk.pending == "safe" and answer.intent == "deny":
            answer = understood("skip")
        if talk.pending in ("role", "relation", "situation", "region") and answer.intent in ("affirm", "deny"):
            answer = understood("skip")
        talk.hears(answer)
        check_turn(talk, texts)
    assert talk.situation.checked
    assert len(set(put)) == len(put)
    assert sum(name.startswith("signal:") for name in put) <= 8
    assert 2 <= len(talk.cards) <= 3
    assert any(key.startswith("utter_outcome_") for key in talk.keys)
    assert any(key.startswith("utter_advice_") for key in talk.keys)
    if talk.situation.danger:
        assert talk.cards[0] == FIRST_CONTACT[talk.situation.danger]


@generous
@given(st.lists(MESSAGES.filter(lambda said: said.intent not in {*LEAVING, *DANGERS}), max_size=15))
def test_no_question_comes_back_after_it_was_answered_or_passed(messages: list[Understood]) -> None:
    talk, passed = Talk(), set()
    for said in messages:
        before = talk.pending
        talk.hears(said)
        if before and before != talk.pending:
            passed.add(before)
            if before.partition(":")[0] in ("offer", "help", "meldcode", "practice"):
                passed.discard(before)
        assert talk.pending not in passed


@generous
@given(st.lists(MESSAGES, min_size=1, max_size=8), st.data())
def test_every_button_that_is_offered_works(messages: list[Understood], data: st.DataObject) -> None:
    talk = Talk()
    for said in messages:
        talk.hears(said)
        texts = [wording.text for wording in talk.wordings]
        if talk.buttons:
            talk.taps(data.draw(st.sampled_from(talk.buttons)))
            check_turn(talk, texts)


def test_every_contact_says_why_it_fits() -> None:
    for contact in GUIDE.directory.contacts:
        if contact in reasons().why:
            assert set(reasons().why[contact]) == {*Role, "default"}
