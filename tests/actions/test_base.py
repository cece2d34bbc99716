"""From a decision to words, buttons, cards and slots."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.actions import ActionErase, ActionFaq, ActionTell
from actions.base import changed, directory, guide, reasons, say, understood, word
from bot.catalogue import Button, Catalogue, Response, catalogue
from bot.guidance.reply import Choice, Refer, Reply, Say
from bot.guidance.situation import Answer, Role, Situation
from tests.guidance.talk import action_classes, rules

WORDS = catalogue()
SMALL = Catalogue(
    {
        "utter_one": (Response(text="Eén {thing}"), Response(text="Nog één {thing}")),
        "utter_same": (Response(text="Eén boek"), Response(text="Twee boeken")),
        "utter_ask": (Response(text="Ja?", buttons=(Button(title="Ja", payload="/affirm"),)),),
        "utter_buttons": (Response(text="Knoppen", buttons=(Button(title="Nee", payload="/deny"),)),),
    }
)


def tracker(intent: str, slots: dict[str, object] | None = None, **entities: object) -> Tracker:
    found = [
        {"entity": name, "value": value}
        for name, values in entities.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    message = {"intent": {"name": intent}, "entities": found}
    return Tracker("visitor", slots or {}, message, [], False, None, {}, "action_listen")


def test_every_rule_leads_to_an_action_and_every_action_has_a_rule() -> None:
    assert set(rules().values()) == set(action_classes())


def test_a_message_arrives_as_closed_values() -> None:
    said = understood(tracker("faq", topic="politie", signal=["G1", "L4"], guess=["faq/hulp"]))
    assert (said.intent, said.topic) == ("faq", "politie")
    assert said.entities["signal"] == ("G1", "L4")
    assert said.guesses == ("faq/hulp",)


def test_the_next_wording_is_taken_when_the_text_was_said_before() -> None:
    part = Say("utter_one", {"thing": "boek"})
    first = word(part, SMALL)
    assert first.text == "Eén boek"
    second = word(part, SMALL, [first.mark])
    assert second.text == "Nog één boek"
    assert word(part, SMALL, [first.mark, second.mark]).text == "Eén boek"
    assert word(Say("utter_one", {"thing": "pen"}), SMALL, [first.mark]).text == "Eén pen"


def test_the_same_text_under_another_key_counts_as_said() -> None:
    first = word(Say("utter_one", {"thing": "boek"}), SMALL)
    assert word(Say("utter_same"), SMALL, [first.mark]).text == "Twee boeken"


@pytest.mark.parametrize("part", [Say("utter_none"), Say("utter_one")])
def test_a_wording_that_cannot_be_made_is_an_error(part: Say) -> None:
    with pytest.raises(KeyError):
        word(part, SMALL)


@pytest.mark.parametrize(
    ("part", "titles"),
    [
        (Say("utter_ask"), ["Ja"]),
        (Say("utter_ask", choices=()), []),
        (Say("utter_one", {"thing": "x"}, buttons_of="utter_ask"), ["Ja"]),
        (Say("utter_ask", choices=(Choice("/deny"), Choice("/other", "Iets"))), ["Nee", "Iets"]),
        (Say("utter_ask", choices=(Choice("/nobody_knows"), Choice("/deny"))), ["Nee"]),
    ],
)
def test_which_buttons_a_wording_gets(part: Say, titles: list[str]) -> None:
    assert [button.title for button in word(part, SMALL).buttons] == titles


def test_only_the_last_wording_keeps_its_buttons_and_contacts_stay_in_place() -> None:
    dispatcher = CollectingDispatcher()
    reply = Reply((Say("utter_thank"), Refer(("fier",), audience="self"), Say("utter_ask_age_self")), Situation())
    marks = say(dispatcher, reply, WORDS)
    assert [bool(message["buttons"]) for message in dispatcher.messages] == [False, False, True]
    card = dispatcher.messages[1]["custom"]["contacts"][0]
    assert card == {"id": "fier", "why": reasons().why["fier"]["self"]}
    assert [mark.partition("#")[0] for mark in marks] == ["utter_thank", "utter_ask_age_self"]


def test_numbers_come_from_the_contacts() -> None:
    text = word(Say("utter_acute_danger"), WORDS).text
    assert directory().contacts["noodnummer_112"].phone == "112"
    assert "Bel nu 112" in text


def test_only_slots_that_change_are_set() -> None:
    slots = {"role": "friend", "age": None}
    events = list(changed(slots, Situation(role=Role.FRIEND, safe_to_talk=Answer.YES)))
    assert [(event["name"], event["value"]) for event in events] == [("safe_to_talk", "yes")]


async def test_an_action_says_and_remembers() -> None:
    dispatcher = CollectingDispatcher()
    *events, last = await ActionTell().run(dispatcher, tracker("disclose_sexual", signal="S1"), {})
    assert last == FollowupAction("action_listen")
    slots = {event["name"]: event["value"] for event in events}
    assert slots["pending"] == "safe"
    assert slots["signals"] == {"S1": "yes"}
    assert len(slots["said"]) == 2
    assert [message["custom"]["key"] for message in dispatcher.messages] == ["utter_ack_sexual_self", "utter_ask_safe"]


async def test_erasing_leaves_nothing() -> None:
    dispatcher = CollectingDispatcher()
    before: dict[str, object] = {"role": "self", "signals": {"S1": "yes"}, "pending": "age", "said": ["utter_greet#0"]}
    *events, _ = await ActionErase().run(dispatcher, tracker("erase", before), {})
    assert {event["name"] for event in events} == set(before)
    assert all(event["value"] is None for event in events)
    assert dispatcher.messages[-1]["custom"] == {"erase": True}


async def test_an_answer_brings_its_contacts() -> None:
    dispatcher = CollectingDispatcher()
    await ActionFaq().run(dispatcher, tracker("faq", topic="politie"), {})
    shown = [card["id"] for message in dispatcher.messages for card in message["custom"].get("contacts", [])]
    assert shown == list(WORDS["utter_faq/politie"].metadata.contacts)


def test_one_guide_a_process() -> None:
    assert guide() is guide()


def test_every_contact_that_is_shown_has_a_reason_for_every_audience() -> None:
    national = {name: contact for name, contact in directory().contacts.items() if not contact.regions}
    assert set(national) <= set(reasons().why)
    for texts in reasons().why.values():
        assert set(texts) == {*Role, "default"}
