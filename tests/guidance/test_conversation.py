"""The conversation: every kind of message in every state, as a visitor meets it."""

from collections.abc import Callable

import pytest

from bot.guidance.conversation import DANGERS, SOCIAL, payload
from bot.guidance.situation import Age, Answer, Form, Role, Situation
from tests.guidance.talk import NIGHT, Talk


def fresh() -> Talk:
    return Talk()


def at_safe() -> Talk:
    return Talk().says("disclose_sexual")


def at_role() -> Talk:
    return at_safe().says("affirm")


def at_relation() -> Talk:
    return Talk().says("worried_about_other").says("affirm")


def at_situation() -> Talk:
    return Talk().says("role_victim").says("start_check").says("affirm")


def at_age() -> Talk:
    return at_situation().says("answer", form="labour")


def at_signal() -> Talk:
    return at_age().says("deny")


def at_papers() -> Talk:
    return at_signal().says("affirm").says("affirm")


def at_region() -> Talk:
    return at_papers().says("affirm")


def at_outcome() -> Talk:
    return at_region().says("skip")


def at_offer() -> Talk:
    return Talk().says("disclose_labour").says("affirm").says("role_victim")


def at_practice() -> Talk:
    return Talk().says("practice")


def at_meldcode() -> Talk:
    return Talk().says("meldcode", step="step2")


def at_danger() -> Talk:
    return at_age().says("acute_danger")


def at_not_safe() -> Talk:
    return at_safe().says("deny")


def at_stop() -> Talk:
    return at_signal().says("stop")


STATES: dict[str, tuple[Callable[[], Talk], str | None]] = {
    "fresh": (fresh, None),
    "safe": (at_safe, "safe"),
    "role": (at_role, "role"),
    "relation": (at_relation, "relation"),
    "situation": (at_situation, "situation"),
    "age": (at_age, "age"),
    "signal": (at_signal, "signal:L1"),
    "papers": (at_papers, "papers"),
    "region": (at_region, "region"),
    "outcome": (at_outcome, None),
    "offer": (at_offer, "offer"),
    "practice": (at_practice, "practice:p01_cadeaus"),
    "meldcode": (at_meldcode, "meldcode"),
    "danger": (at_danger, "danger"),
    "not safe": (at_not_safe, None),
    "stop": (at_stop, "help"),
}
every_state = pytest.mark.parametrize("state", STATES)
# Questions that come back after something in between; an offer does not.
OPEN = {"safe", "role", "relation", "situation", "age", "signal", "papers", "region", "practice", "danger"}
every_open_question = pytest.mark.parametrize("state", sorted(OPEN))


def reach(state: str) -> Talk:
    arrive, pending = STATES[state]
    talk = arrive()
    assert talk.pending == pending
    return talk


def for_whom(talk: Talk) -> str:
    """What the wording on recent sexual violence ends in when it is told of somebody else."""
    of_another = talk.situation.danger == "sexual_violence_recent" and talk.situation.audience is not Role.SELF
    return "_other" if of_another else ""


def asks(state: str) -> str:
    """The wording of the question that is open in ``state``."""
    return reach(state).keys[-1]


# -- the way through


def test_a_disclosure_is_heard_then_safety_then_who_then_contacts_and_an_offer() -> None:
    talk = Talk().says("disclose_sexual")
    assert talk.keys == ["utter_ack_sexual_self", "utter_ask_safe"]
    assert talk.says("affirm").keys == ["utter_ask_role"]
    talk.taps("/worried_about_other")
    assert talk.keys == ["utter_ask_relation"]
    talk.taps("/role_friend")
    assert talk.keys == ["utter_contacts", "utter_offer_check"]
    assert talk.cards == ["fier", "veilig_thuis", "comensha"]
    assert talk.says("affirm").keys == ["utter_check_start", "utter_ask_age_other"]


def test_a_form_in_doubt_is_asked_before_contacts() -> None:
    talk = Talk().says("disclose_unclear", alternative="disclose_sexual disclose_criminal")
    assert talk.keys == ["utter_ack_unclear_self", "utter_ask_safe"]
    assert talk.says("affirm").says("role_victim").keys == ["utter_ask_situation"]
    talk.taps('/answer{"form": "criminal"}')
    assert talk.keys[0] == "utter_contacts"
    assert talk.situation.form is Form.CRIMINAL


@pytest.mark.parametrize("answer", ["/unsure", "/skip"])
def test_a_form_in_doubt_may_stay_open(answer: str) -> None:
    talk = Talk().says("disclose_unclear", alternative="disclose_labour").says("affirm").says("role_victim")
    talk.taps(answer)
    assert talk.cards
    assert talk.says("affirm").keys[-1] == "utter_ask_age_self"


def test_doubt_about_a_form_leaves_what_was_told() -> None:
    talk = at_offer().says("disclose_unclear", alternative="disclose_sexual")
    assert talk.situation.form is Form.LABOUR
    # A story without a form asks for none by itself.
    assert Talk().says("disclose_unclear").says("affirm").says("role_victim").cards


def test_a_role_with_a_story_is_heard_as_a_story() -> None:
    assert Talk().says("role_school", signal="C1").keys == ["utter_ack_criminal_other", "utter_ask_safe"]
    assert Talk().says("role_friend", form="labour").keys == ["utter_ack_labour_other", "utter_ask_safe"]


def test_what_a_wrong_answer_told_is_kept() -> None:
    talk = at_role().says("affirm", age="under18").says("affirm")
    assert talk.situation.age is Age.UNDER18
    assert talk.situation.misunderstood == 2


def test_a_worry_without_a_story_is_invited_to_tell() -> None:
    talk = at_relation().taps("/role_relative")
    assert talk.keys == ["utter_role_relative"]
    assert not talk.cards


def test_who_it_is_about_may_stay_open() -> None:
    assert at_role().taps("/skip").cards == ["fier", "veilig_thuis", "comensha"]
    talk = at_relation().taps("/skip")
    assert talk.keys == ["utter_role_bystander"]
    assert talk.situation.audience is Role.BYSTANDER


def test_a_general_story_opens_with_situations() -> None:
    talk = Talk().says("start_check").says("affirm").says("role_victim")
    assert talk.keys == ["utter_ask_situation"]
    assert '/answer{"form": "sexual"}' in talk.buttons
    assert talk.taps('/answer{"form": "criminal"}').keys == ["utter_ask_age_self"]


def test_what_was_told_is_not_asked() -> None:
    talk = Talk().says(
        "disclose_labour", age="adult", papers="without", municipality="Ede", signal="L4 G1", role="self"
    )
    talk.says("affirm").says("affirm")
    asked = []
    while not talk.situation.checked:
        asked.append(talk.pending)
        talk.says("deny")
    assert asked
    assert not {"role", "relation", "situation", "age", "papers", "region", "signal:L4", "signal:G1"} & set(asked)


@pytest.mark.parametrize("where", ["age", "papers", "region", "relation", "situation"])
def test_an_answer_inside_another_message_counts(where: str) -> None:
    told = {
        "age": {"age": "under18"},
        "papers": {"papers": "without"},
        "region": {"municipality": "Ede"},
        "relation": {"role": "friend"},
        "situation": {"form": "sexual"},
    }[where]
    for intent in ("disclose_unclear", "nlu_fallback", "place"):
        talk = reach(where).says(intent, **told)
        assert talk.pending != where
        assert talk.situation.misunderstood == 0
    talk = reach(where).says("faq", topic="kosten", **told)
    assert talk.pending != where
    assert talk.keys[0] == "utter_faq/kosten"


def test_a_signal_told_freely_answers_its_question() -> None:
    assert at_signal().says("disclose_labour", signal="L1").pending == "signal:G1"


def test_a_signal_that_was_not_understood_as_anything_else_is_a_story() -> None:
    talk = Talk().says("nlu_fallback", signal="L4")
    assert talk.keys == ["utter_ack_labour_self", "utter_ask_safe"]


def test_another_audience_gets_a_question_it_can_answer() -> None:
    talk = Talk().says("role_victim").says("start_check").says("affirm").says("answer", form="criminal").says("affirm")
    assert talk.pending == "signal:C1"
    talk.says("role_school")
    assert talk.pending not in (None, "signal:C1")
    assert talk.keys[0] == "utter_ack_role"


def test_the_check_ends_in_what_was_told_advice_and_contacts() -> None:
    talk = at_outcome()
    assert talk.keys == ["utter_outcome_told", "utter_advice_self", "utter_outcome_contacts"]
    assert talk.cards == ["fairwork", "arbeidsinspectie", "comensha"]


def test_at_night_it_says_who_is_open() -> None:
    talk = Talk(situation=Situation(role=Role.SELF, age=Age.ADULT), now=NIGHT).says("human_handoff")
    assert "CoMensha is nu dicht en gaat om 9.00 uur weer open. Veilig Thuis is nu wel open." in [
        wording.text for wording in talk.wordings
    ]


def test_a_number_without_questions() -> None:
    talk = Talk().says("human_handoff")
    assert talk.keys == ["utter_human_handoff", "utter_offer_check"]
    assert len(talk.cards) == 3


def test_a_place_gives_the_desk_of_the_region() -> None:
    talk = Talk().says("place", municipality="Groningen")
    assert talk.keys == ["utter_ack_place", "utter_offer_check"]
    assert talk.cards[:3] == ["veilig_thuis", "groningen_zorgcoordinatie", "comensha"]


def test_without_papers_care_comes_first() -> None:
    talk = Talk().says("disclose_labour", papers="without").says("affirm").says("role_victim")
    assert talk.cards == ["fairwork", "comensha", "arbeidsinspectie"]
    assert talk.says("faq", topic="politie").cards[0] in ("comensha", "fairwork")


def test_forced_crime_comes_with_care_about_punishment() -> None:
    talk = (
        Talk().says("disclose_criminal", role="self", age="under18", signal="C1 C2").says("affirm").says("start_check")
    )
    while not talk.situation.checked:
        talk.says("skip")
    assert "utter_advice_self_criminal" in talk.keys
    assert talk.cards == ["keerpunt", "kindertelefoon", "veilig_thuis"]


@pytest.mark.parametrize("topic", ["melden_anoniem", "aangifte"])
def test_reporting_is_explained_without_a_check(topic: str) -> None:
    talk = Talk().says("faq", topic=topic)
    assert talk.keys == [f"utter_faq/{topic}"]
    assert talk.cards


def test_not_safe_to_type_ends_with_a_way_back() -> None:
    talk = at_not_safe()
    assert talk.keys == ["utter_not_safe"]
    assert talk.cards == ["noodnummer_112"]
    talk.taps('/answer{"safe": "yes"}')
    assert talk.situation.safe_to_talk is Answer.YES
    assert talk.keys == ["utter_safe_again", "utter_ask_role"]


def test_not_safe_during_the_check_goes_on_later() -> None:
    talk = Talk().says("role_victim").says("start_check").says("deny").taps('/answer{"safe": "yes"}')
    assert talk.keys == ["utter_safe_again", "utter_ask_situation"]


# -- answers


@pytest.mark.parametrize("state", ["role", "relation", "situation", "region"])
def test_yes_does_not_answer_who_or_where(state: str) -> None:
    talk = reach(state).says("affirm")
    assert talk.pending == state
    assert talk.keys[0] == "utter_not_understood_question"


@pytest.mark.parametrize(
    ("state", "intent", "told", "expected"),
    [
        ("age", "deny", {"age": "under18"}, {"age": Age.UNDER18}),
        ("age", "affirm", {"age": "adult"}, {"age": Age.ADULT}),
        ("papers", "affirm", {"papers": "without"}, {"without_papers": True}),
        ("signal", "deny", {"signal": "L1"}, {"signals": {"L1": Answer.YES}}),
    ],
)
def test_what_is_told_counts_for_more_than_yes_or_no(
    state: str, intent: str, told: dict[str, str], expected: dict[str, object]
) -> None:
    talk = reach(state)
    before = talk.situation
    situation = talk.says(intent, **told).situation
    assert {name: getattr(situation, name) for name in expected} == expected
    assert situation.pending != before.pending


@pytest.mark.parametrize(
    ("intent", "key"),
    [("affirm", "utter_nothing_asked"), ("deny", "utter_nothing_more"), ("skip", "utter_nothing_asked")],
)
def test_an_answer_to_nothing(intent: str, key: str) -> None:
    assert Talk().says(intent).keys == [key]


def test_a_value_that_nobody_asked_for_is_used() -> None:
    talk = Talk(situation=Situation(role=Role.SELF, about_other=False)).says("answer", form="labour")
    assert talk.cards == ["fairwork", "arbeidsinspectie", "comensha"]


@pytest.mark.parametrize("intent", ["deny", "skip", "unsure"])
def test_an_offer_may_be_refused(intent: str) -> None:
    talk = at_offer().says(intent)
    assert talk.keys == ["utter_nothing_more"]
    assert talk.pending is None


def test_after_stop_yes_shows_who_helps() -> None:
    talk = at_stop().says("affirm")
    assert talk.keys[0] == "utter_human_handoff"
    assert talk.cards


# -- what can come at any moment


@every_state
@pytest.mark.parametrize("danger", DANGERS)
def test_danger_is_answered_first_in_every_state(state: str, danger: str) -> None:
    talk = reach(state).says(danger)
    assert talk.keys == [f"utter_{danger}{for_whom(talk)}", f"utter_ask_{danger}"]
    assert talk.cards == [DANGERS[danger]]
    assert talk.pending == "danger"


@every_state
@pytest.mark.parametrize("danger", DANGERS)
def test_danger_in_doubt_is_asked_and_leaves_one_other_meaning_as_the_last_button(state: str, danger: str) -> None:
    sure = reach(state).says(danger).buttons
    talk = reach(state).says(danger, alternative="greet suicidal faq/opvang disclose_labour")
    assert talk.keys == [f"utter_{danger}_doubt{for_whom(talk)}", f"utter_ask_{danger}"]
    assert talk.cards == [DANGERS[danger]]
    assert talk.buttons == [*sure, '/faq{"topic": "opvang"}']
    assert len(talk.buttons) <= 5


@every_open_question
@pytest.mark.parametrize("danger", DANGERS)
@pytest.mark.parametrize("answer", ["affirm", "unsure", "skip"])
def test_after_danger_the_question_comes_back(state: str, danger: str, answer: str) -> None:
    if state == "danger":
        talk, resumed = reach("age").says("suicidal").says(danger).says(answer), "age"
    else:
        talk, resumed = reach(state).says(danger).says(answer), state
    if resumed == "practice":
        assert talk.pending is None
    elif resumed == "safe" and answer == "affirm":
        assert talk.pending == "role"
    else:
        assert talk.pending == STATES[resumed][1]
    assert talk.keys[0] == f"utter_{danger}_{'over' if answer == 'affirm' else 'careful'}"
    assert (talk.situation.danger is None) is (answer == "affirm")


@pytest.mark.parametrize("danger", DANGERS)
def test_danger_that_stays_keeps_the_number_and_a_way_back(danger: str) -> None:
    talk = at_age().says(danger).says("deny")
    assert talk.keys == [f"utter_{danger}_stays"]
    assert talk.cards == [DANGERS[danger]]
    assert talk.says("human_handoff").cards[0] == DANGERS[danger]
    talk = at_age().says(danger).says("deny").taps('/answer{"safe": "yes"}')
    assert talk.pending == "age"
    assert talk.situation.danger is None


def test_after_sexual_violence_its_centre_stays_first() -> None:
    talk = Talk().says("sexual_violence_recent").says("affirm").says("human_handoff")
    assert talk.cards[0] == "centrum_seksueel_geweld"


@every_state
@pytest.mark.parametrize("topic", ["politie", "privacy"])
def test_a_question_is_answered_in_every_state_and_the_open_one_comes_back(state: str, topic: str) -> None:
    talk = reach(state).says("faq", topic=topic)
    assert talk.keys[0] == f"utter_faq/{topic}"
    if state in OPEN:
        assert talk.keys[-1] == asks(state)
        assert talk.pending == STATES[state][1]
    else:
        assert talk.pending is None


@every_state
@pytest.mark.parametrize("intent", SOCIAL)
def test_small_talk_changes_nothing(state: str, intent: str) -> None:
    before = reach(state)
    question = before.keys[-1] if state in OPEN else None
    talk = before.says(intent)
    assert talk.keys[0] == SOCIAL[intent]
    if question and intent != "goodbye":
        assert talk.keys[-1] == question
    if state in OPEN:
        assert talk.pending == STATES[state][1]


@every_state
def test_contacts_at_once_in_every_state(state: str) -> None:
    talk = reach(state).says("human_handoff")
    assert 2 <= len(talk.cards) <= 3
    if state in OPEN:
        assert talk.pending == STATES[state][1]


@every_open_question
def test_every_question_is_explained_and_put_again(state: str) -> None:
    talk = reach(state).says("explain_question")
    assert talk.keys[0].startswith("utter_why_")
    assert talk.keys[-1] == asks(state)


def test_nothing_open_is_explained_in_general() -> None:
    assert Talk().says("explain_question").keys == ["utter_explain_general"]


@every_state
def test_stop_ends_the_questions_in_every_state(state: str) -> None:
    talk = reach(state).says("stop")
    assert talk.keys == ["utter_practice_stop" if state == "practice" else "utter_stop"]
    assert not talk.situation.checking
    assert "/start_check" in talk.buttons or "/practice" in talk.buttons


def test_after_stop_the_questions_go_on_where_they_were() -> None:
    talk = at_signal().says("stop").says("start_check")
    assert talk.pending == "signal:L1"
    talk = at_signal().says("affirm").says("stop").says("start_check")
    assert talk.keys == ["utter_ask_signal"]
    assert talk.pending == "signal:G1"


@every_state
def test_everything_can_be_erased_in_every_state(state: str) -> None:
    talk = reach(state).says("erase")
    assert talk.reply.erase
    assert talk.situation == Situation()


@every_state
def test_beginning_again_forgets_the_story(state: str) -> None:
    talk = reach(state).says("restart")
    assert talk.situation.having(said=()) == Situation()


def test_the_source_of_the_last_answer() -> None:
    assert Talk().says("ask_source").keys == ["utter_source_general"]
    talk = Talk().says("faq", topic="politie").says("ask_source")
    assert talk.keys == ["utter_source"]
    assert "2026" in talk.wordings[0].text


def test_the_same_answer_is_not_given_twice_in_a_row() -> None:
    talk = Talk().says("faq", topic="politie").says("faq", topic="politie")
    assert talk.keys == ["utter_faq_again"]
    assert talk.cards
    assert talk.says("greet").says("faq", topic="politie").keys == ["utter_faq/politie"]


def test_a_story_that_sounds_like_a_question_is_heard_as_a_story() -> None:
    talk = Talk().says("faq", topic="signalen_crimineel", signal="C1", role="bystander")
    assert talk.keys == ["utter_ack_criminal_other", "utter_ask_safe"]
    assert at_practice().says("faq", topic="signalen", signal="C1").keys == ["utter_faq/signalen", "utter_ask_practice"]


def test_a_question_with_a_story_is_answered_and_the_check_is_offered() -> None:
    talk = Talk().says("faq", topic="aangifte", signal="G1")
    assert talk.keys == ["utter_faq/aangifte", "utter_offer_check"]
    assert talk.pending == "offer"


def test_an_invitation_to_tell_can_be_answered_with_yes() -> None:
    assert Talk().says("role_friend").says("affirm").keys == ["utter_check_start", "utter_ask_safe"]


@pytest.mark.parametrize(
    ("state", "topic", "told"),
    [
        ("age", "minderjarig", {"age": "under18"}),
        ("papers", "zonder_papieren", {"papers": "without"}),
        ("region", "gemeente", {"municipality": "Ede"}),
    ],
)
def test_a_bare_fact_that_sounds_like_a_question_is_an_answer(state: str, topic: str, told: dict[str, str]) -> None:
    talk = reach(state).says("faq", topic=topic, **told)
    assert f"utter_faq/{topic}" not in talk.keys
    assert talk.pending != state


def test_a_bare_fact_that_sounds_like_a_question_is_a_correction() -> None:
    talk = at_signal().says("faq", topic="minderjarig", age="under18")
    assert talk.keys == ["utter_corrected", "utter_ask_signal"]
    assert at_outcome().says("faq", topic="minderjarig", age="under18").keys[0] == "utter_corrected"
    assert at_signal().says("faq", topic="minderjarig", age="adult").keys[0] == "utter_faq/minderjarig"
    assert Talk().says("faq", topic="minderjarig", age="under18").keys == ["utter_faq/minderjarig"]


def test_an_unknown_topic_is_not_understood() -> None:
    assert Talk().says("faq", topic="weer").keys == ["utter_not_understood"]
    assert Talk().says("faq").keys == ["utter_not_understood"]


# -- corrections


def test_back_takes_the_last_answer_back_and_again_the_one_before() -> None:
    talk = at_signal().says("affirm")
    assert talk.situation.signals == {"L1": Answer.YES}
    talk.says("correct")
    assert talk.keys == ["utter_correct", "utter_ask_signal"]
    assert talk.pending == "signal:L1"
    assert talk.situation.signals == {}
    talk.says("correct")
    assert talk.pending == "age"
    assert talk.says("affirm").situation.age is Age.UNDER18


def test_a_named_value_corrects() -> None:
    assert at_signal().situation.age is Age.ADULT
    talk = at_signal().says("correct", age="under18")
    assert talk.situation.age is Age.UNDER18
    assert talk.keys == ["utter_corrected", "utter_ask_signal"]


def test_a_named_value_after_the_advice_changes_the_contacts() -> None:
    talk = at_outcome().says("correct", age="under18")
    assert talk.keys[0] == "utter_corrected"
    assert "kindertelefoon" in talk.cards


def test_another_person_than_was_thought() -> None:
    talk = at_signal().says("correct", role="friend")
    assert talk.situation.role is Role.FRIEND
    assert talk.situation.about_other is True


def test_after_the_advice_every_answer_has_a_button() -> None:
    talk = at_outcome().says("correct")
    assert talk.keys == ["utter_correct_which"]
    assert len(talk.buttons) == 5
    assert talk.buttons[-1] == "/restart"
    talk.taps('/correct{"question": "papers"}')
    assert talk.pending == "papers"
    talk.says("deny")
    assert talk.keys[1] == "utter_advice_without_papers_self"
    assert talk.cards[:2] == ["fairwork", "comensha"]


def test_nothing_to_correct() -> None:
    assert Talk().says("correct").keys == ["utter_correct_nothing"]
    assert at_practice().says("correct").keys == ["utter_correct_nothing", "utter_ask_practice"]
    assert at_safe().says("correct").pending == "safe"


def test_a_corrected_form_is_asked_again() -> None:
    talk = at_outcome().says("correct", question="situation")
    assert talk.pending == "situation"
    assert talk.says("answer", form="sexual").situation.form is Form.SEXUAL


# -- plain facts, nods and half answers


def test_a_plain_fact_is_taken_in_and_the_question_stays_open() -> None:
    talk = at_safe().says("circumstance", age="under18")
    assert talk.keys == ["utter_ack_circumstance", "utter_ask_safe"]
    assert talk.situation.age is Age.UNDER18


def test_a_plain_fact_that_answers_the_question_is_the_answer() -> None:
    assert at_age().says("circumstance", age="under18").pending == "signal:L1"


def test_a_plain_fact_without_a_story_leads_to_whom_it_is_about() -> None:
    assert Talk().says("circumstance").keys == ["utter_ack_circumstance", "utter_ask_role"]


def test_a_plain_fact_after_the_contacts_does_not_bring_them_again() -> None:
    talk = at_offer().says("circumstance")
    assert talk.keys == ["utter_ack_circumstance", "utter_tell_more"]
    assert talk.buttons
    assert not talk.cards


def test_more_of_the_same_story_does_not_bring_the_same_contacts_again() -> None:
    talk = at_offer().says("disclose_labour")
    assert talk.keys == ["utter_ack_labour_self", "utter_tell_more"]
    assert at_offer().says("disclose_labour", age="under18").cards


@every_open_question
def test_ok_is_no_answer_to_a_question(state: str) -> None:
    talk = reach(state).says("affirm", nod="yes", guess="affirm")
    if state == "practice":
        assert talk.pending is None
    else:
        assert talk.keys == ["utter_nod", asks(state)]
        assert talk.pending == STATES[state][1]


@pytest.mark.parametrize("told", ["yes", "alone"])
def test_safe_is_no_answer_to_a_question_about_something_else(told: str) -> None:
    talk = at_signal().says("affirm", safe=told, guess="affirm")
    assert talk.keys == ["utter_ack_circumstance", "utter_ask_signal"]
    assert talk.pending == "signal:L1"
    assert not talk.situation.signals


def test_a_first_story_after_who_it_is_about_is_met_with_safety_and_contacts() -> None:
    talk = Talk().says("role_victim").says("disclose_unclear")
    assert talk.keys == ["utter_ack_unclear_self", "utter_ask_safe"]
    assert talk.says("affirm", bare="yes", guess="affirm").cards


def test_ok_is_an_answer_to_an_offer() -> None:
    assert at_offer().says("affirm", nod="yes", guess="affirm").keys[0] == "utter_check_start"


@pytest.mark.parametrize("question", [at_safe, at_danger])
def test_safety_is_asked_once_more_and_then_let_go(question: Callable[[], Talk]) -> None:
    talk = question().says("faq", topic="kosten")
    asked = talk.pending
    assert asked in ("safe", "danger")
    assert talk.keys[-1].startswith("utter_ask_")
    talk.says("faq", topic="tolk")
    assert talk.pending is None
    assert talk.keys == ["utter_faq/tolk"]


def test_safety_let_go_is_not_danger_forgotten() -> None:
    talk = at_danger().says("faq", topic="kosten").says("faq", topic="tolk")
    assert talk.situation.danger == "acute_danger"
    assert talk.says("human_handoff").cards[0] == "noodnummer_112"
    assert talk.says("acute_danger").pending == "danger"


@pytest.mark.parametrize("told", ["yes", "alone"])
def test_nobody_looking_is_a_yes_to_can_you_type_safely(told: str) -> None:
    talk = at_safe().says("affirm", safe=told, guess="affirm")
    assert talk.situation.safe_to_talk is Answer.YES
    assert talk.keys == ["utter_ask_role"]


def test_not_safe_in_own_words_stops_and_gives_the_number() -> None:
    for talk in (at_safe(), at_signal(), Talk()):
        talk.says("affirm", safe="no", guess="affirm")
        assert talk.keys == ["utter_not_safe"]
        assert talk.cards == ["noodnummer_112"]


@pytest.mark.parametrize("danger", DANGERS)
def test_safe_in_own_words_ends_danger_and_not_safe_does_not(danger: str) -> None:
    talk = at_age().says(danger).says("deny", safe="yes", guess="deny")
    assert talk.situation.danger is None
    assert talk.pending == "age"
    talk = at_age().says(danger).says("affirm", safe="no", guess="affirm")
    assert talk.keys == [f"utter_{danger}_stays"]
    assert talk.cards == [DANGERS[danger]]


def test_alone_is_not_safe_for_everybody() -> None:
    assert at_age().says("suicidal").says("deny", safe="alone", guess="deny").keys == ["utter_suicidal_stays"]
    talk = at_danger().says("deny", safe="alone", guess="deny")
    assert talk.keys == ["utter_ack_circumstance", "utter_ask_acute_danger"]
    assert talk.situation.danger == "acute_danger"


def test_a_no_with_something_else_sends_nobody_away() -> None:
    talk = at_safe().says("deny", guess="deny")
    assert talk.keys[0] == "utter_safe_unclear"
    assert talk.pending == "role"
    assert talk.situation.safe_to_talk is None
    assert at_safe().says("deny", guess="deny", bare="yes").keys == ["utter_not_safe"]


def test_a_no_with_something_else_neither_presses_nor_ends_danger() -> None:
    talk = at_danger().says("deny", guess="deny")
    assert talk.keys[0] == "utter_acute_danger_careful"
    assert talk.situation.danger == "acute_danger"
    assert at_danger().says("deny", guess="deny", bare="yes").keys == ["utter_acute_danger_stays"]


@pytest.mark.parametrize("danger", DANGERS)
def test_who_was_taken_for_in_danger_by_mistake_is_believed(danger: str) -> None:
    talk = at_age().says(danger, alternative="greet").says("correct", guess="correct")
    assert talk.keys[0] == "utter_danger_mistaken"
    assert talk.situation.danger is None
    assert talk.pending == "age"


def test_a_yes_that_tells_another_signal_is_not_taken_for_the_one_that_was_asked() -> None:
    talk = at_signal().says("affirm", signal="L4", guess="affirm")
    assert talk.keys[0] == "utter_ack_signal"
    assert talk.situation.signals == {"L4": Answer.YES}
    assert talk.pending not in (None, "signal:L1")
    assert at_signal().says("affirm", signal="L1 L4", guess="affirm").situation.signals["L1"] is Answer.YES


def test_erasing_in_danger_leaves_the_number_on_the_screen() -> None:
    talk = at_danger().says("erase")
    assert talk.cards == ["noodnummer_112"]
    assert talk.situation == Situation()


def test_an_answer_fits_who_asks() -> None:
    assert Talk().says("role_school").says("faq", topic="ouder").keys[0] == "utter_for_school/ouder"
    assert Talk().says("role_school").says("faq", topic="vriend").keys[0] == "utter_for_school/vriend"
    assert Talk().says("role_friend").says("faq", topic="minderjarig").keys[0] == "utter_for_others/minderjarig"
    assert Talk().says("role_victim").says("faq", topic="minderjarig").keys[0] == "utter_faq/minderjarig"
    talk = Talk().says("role_school").says("faq", topic="melden_waar").says("ask_source")
    assert "RVO" in talk.wordings[0].text


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("role_victim", "utter_faq/hulp"),
        ("role_friend", "utter_faq/vriend"),
        ("role_relative", "utter_faq/ouder"),
        ("role_school", "utter_for_school/melden_waar"),
        ("role_bystander", "utter_faq/omstander"),
        (None, "utter_faq/melden_waar"),
    ],
)
def test_what_can_i_do_is_answered_for_who_asks(who: str | None, answer: str) -> None:
    def talk() -> Talk:
        return Talk().says(who) if who else Talk()

    asked = talk().says("faq", topic="omstander", alternative="faq/vriend faq/ouder faq/hulp")
    assert asked.keys[0] == answer
    # Whose answer it is was known, or the others are offered.
    assert ("utter_other_meaning" in asked.keys) == (who is None)
    assert talk().says("faq", topic="melden_waar", whoever="yes").keys[0] == answer


def test_what_can_i_do_of_somebody_unknown_has_the_other_answers_a_tap_away() -> None:
    talk = Talk().says("faq", topic="melden_waar", whoever="yes")
    topics = ["hulp", "vriend", "ouder"]
    assert talk.keys == ["utter_faq/melden_waar", "utter_other_meaning"]
    assert talk.buttons[-4:] == [*(payload(f"faq/{topic}") for topic in topics), "/help_menu"]


@pytest.mark.parametrize("danger", DANGERS)
def test_what_can_i_do_in_danger_is_to_call(danger: str) -> None:
    talk = Talk().says("role_friend").says(danger).says("faq", topic="melden_waar", whoever="yes")
    assert talk.keys == [f"utter_{danger}_stays"]
    assert talk.cards == [DANGERS[danger]]
    assert talk.pending == "danger"


def test_how_can_i_help_her_of_a_mother_is_answered_for_parents() -> None:
    assert Talk().says("role_relative").says("faq", topic="vriend").keys[0] == "utter_faq/ouder"


def test_what_to_do_for_somebody_who_is_named_is_answered_as_asked() -> None:
    asked = {"topic": "vriend", "role": "friend", "alternative": "faq/ouder"}
    assert Talk().says("role_relative").says("faq", **asked).keys[0] == "utter_faq/vriend"
    assert Talk().says("role_friend").says("faq", topic="omstander", alternative="faq/klant").keys[0] == (
        "utter_faq/omstander"
    )


def test_the_answer_given_is_not_offered_as_another_meaning() -> None:
    talk = Talk().says("faq", topic="omstander", alternative="faq/melden_waar faq/vriend")
    assert talk.keys == ["utter_faq/melden_waar", "utter_other_meaning"]
    assert talk.buttons[-3:] == ['/faq{"topic": "omstander"}', '/faq{"topic": "vriend"}', "/help_menu"]


def test_who_answers_a_question_with_a_story_is_thanked_for_it() -> None:
    talk = at_situation().says("worried_about_other", signal="S1")
    assert talk.keys[0] == "utter_ack_circumstance"
    assert talk.pending not in (None, "situation")


def test_after_two_asides_in_danger_it_asks_no_more_and_leaves_a_way_to_go_on() -> None:
    talk = at_danger().says("circumstance").says("circumstance")
    assert talk.pending is None
    assert talk.keys == ["utter_ack_circumstance", "utter_tell_more"]
    assert "/human_handoff" in talk.buttons
    assert at_danger().says("circumstance").says("faq", topic="kosten").keys == ["utter_faq/kosten"]


def test_who_tells_more_of_the_same_worry_is_not_comforted_in_the_same_words() -> None:
    talk = Talk().says("worried_about_other", role="friend")
    assert talk.keys[0] == "utter_ack_worried"
    assert talk.says("affirm").says("worried_about_other", signal="S5").keys[0] == "utter_ack_circumstance"


def test_sudden_money_alone_does_not_say_which_form() -> None:
    talk = Talk().says("worried_about_other", role="relative", signal="S5")
    assert talk.situation.form is None
    assert talk.says("affirm").says("disclose_criminal", signal="C5").situation.form is Form.CRIMINAL


def test_the_same_answer_again_offers_what_was_meant_instead() -> None:
    talk = Talk().says("faq", topic="kosten", guess="faq/kosten")
    talk.says("faq", topic="kosten", guess="faq/kosten faq/tolk greet faq/hulp")
    assert talk.keys == ["utter_faq_again"]
    assert talk.buttons[:2] == ['/faq{"topic": "tolk"}', '/faq{"topic": "hulp"}']


def test_other_subjects_do_not_end_in_the_help_card() -> None:
    talk = Talk()
    for _ in range(5):
        talk.says("out_of_scope")
        assert talk.keys == ["utter_out_of_scope"]


# -- not understood


@every_open_question
@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
def test_two_misunderstandings_then_people(state: str, intent: str) -> None:
    talk = reach(state).says(intent)
    assert talk.keys == ["utter_not_understood_question", asks(state)]
    assert talk.buttons
    offered = talk.buttons
    talk.says(intent)
    assert talk.keys == ["utter_not_understood_skip"]
    assert talk.buttons == offered
    assert talk.pending == STATES[state][1]
    talk.says(intent)
    assert talk.keys == ["utter_help_card"]
    assert talk.cards == ["noodnummer_112", "veilig_thuis", "comensha"]
    assert talk.pending is None


def test_an_answer_in_doubt_comes_with_other_meanings_to_choose() -> None:
    talk = Talk().says("faq", topic="hulp", alternative="faq/opvang greet disclose_labour faq/kosten")
    assert talk.keys == ["utter_faq/hulp", "utter_other_meaning"]
    assert talk.buttons == ['/faq{"topic": "opvang"}', "/disclose_labour", '/faq{"topic": "kosten"}', "/help_menu"]


def test_an_open_question_goes_before_other_meanings() -> None:
    talk = Talk().says("start_check")
    pending = talk.pending
    talk.says("faq", topic="hulp", alternative="faq/opvang")
    assert talk.pending == pending
    assert "utter_other_meaning" not in talk.keys


def test_without_a_question_likely_topics_are_offered() -> None:
    guesses = "faq/politie greet disclose_sexual faq/kosten faq/tolk human_handoff"
    talk = Talk().says("nlu_fallback", guess=guesses)
    assert talk.keys == ["utter_not_understood"]
    assert talk.buttons == ['/faq{"topic": "politie"}', "/disclose_sexual", '/faq{"topic": "kosten"}', "/help_menu"]
    assert talk.says("nlu_fallback", guess=guesses).keys == ["utter_not_understood_again"]
    assert talk.says("nlu_fallback").keys == ["utter_help_card"]


def test_something_else_is_said_to_be_something_else() -> None:
    assert Talk().says("out_of_scope").keys == ["utter_out_of_scope"]


def test_being_understood_starts_the_count_again() -> None:
    talk = at_age().says("nlu_fallback").says("greet").says("nlu_fallback")
    assert talk.keys[0] == "utter_not_understood_question"


def test_after_the_help_card_the_check_goes_on() -> None:
    talk = at_signal().says("nlu_fallback").says("nlu_fallback").says("nlu_fallback").says("start_check")
    assert talk.pending == "signal:G1"


# -- the check again, practice, meldcode


def test_a_second_check_starts_from_nothing_but_safety() -> None:
    talk = at_outcome().says("start_check")
    assert talk.keys == ["utter_check_again", "utter_ask_role"]
    assert talk.situation.signals == {}


def test_a_second_check_uses_what_comes_with_it() -> None:
    assert at_outcome().says("start_check", age="under18").situation.age is Age.UNDER18


def test_practice_leaves_the_visitors_story_alone() -> None:
    before = at_practice().situation
    talk = at_practice().says("affirm", signal="G1", age="under18")
    assert talk.keys[0] == "utter_practice_yes"
    assert talk.situation.signals == before.signals == {}
    assert talk.situation.age is None
    assert "/practice" in talk.buttons


def test_a_real_story_ends_practice() -> None:
    talk = at_practice().says("disclose_sexual")
    assert talk.keys == ["utter_ack_sexual_self", "utter_ask_safe"]


def test_practice_in_the_middle_of_the_check_and_back() -> None:
    talk = at_signal().says("practice").says("deny").says("start_check")
    assert talk.pending == "signal:L1"


def test_the_meldcode_goes_on_with_yes_and_from_an_answer() -> None:
    talk = at_meldcode().says("affirm")
    assert talk.situation.meldcode == "step3"
    assert Talk().says("faq", topic="meldcode", step="step4").situation.meldcode == "step4"


def test_leaving_the_meldcode_and_coming_back() -> None:
    talk = at_meldcode().says("faq", topic="privacy").says("meldcode")
    assert talk.buttons[0] == '/meldcode{"step": "step2"}'


def test_the_meldcode_in_the_middle_of_the_check_and_back() -> None:
    talk = at_signal().says("meldcode", step="step1").says("start_check")
    assert talk.pending == "signal:L1"


def test_with_whom_a_school_consults() -> None:
    talk = Talk().says("meldcode", step="consult")
    assert talk.keys == ["utter_meldcode_consult"]
    assert talk.cards[0] == "veilig_thuis"
    assert talk.situation.role is Role.SCHOOL
    assert talk.taps('/meldcode{"step": "choose"}').taps('/meldcode{"step": "step4"}').situation.meldcode == "step4"
    assert talk.says("meldcode", step="consult").buttons[0] == '/meldcode{"step": "step4"}'


@pytest.mark.parametrize(
    ("label", "expected"), [("faq/hulp", '/faq{"topic": "hulp"}'), ("start_check", "/start_check")]
)
def test_a_label_as_a_button(label: str, expected: str) -> None:
    assert payload(label) == expected
