"""Whole conversations over HTTP with a real server and a real model: the main job on real input."""

from typing import Any

import pytest

from tests.end_to_end.visitor import Visitor

# The questions of the client's own FAQ (source document 002), as it puts them, and the topic that answers each.
SOURCE_QUESTIONS = [
    ("Wat is mensenhandel?", "wat_is_mensenhandel"),
    ("Waar speelt mensenhandel zich af?", "waar"),
    ("Wie kan een slachtoffer worden van mensenhandel?", "wie"),
    ("Hoe herken ik mensenhandel?", "signalen"),
    ("Valt een loverboy ook onder mensenhandel?", "loverboy"),
    ("Komt mensenhandel ook in Nederland voor?", "waar"),
    ("Is mensenhandel strafbaar?", "strafbaar"),
    ("Welke vormen van mensenhandel zijn er?", "vormen"),
    ("Wat gebeurt er als ik aangifte doe?", "aangifte"),
    ("Kan je ook anoniem een melding maken?", "melden_anoniem"),
    ("Wat zijn de cijfers bij mensenhandel?", "cijfers"),
    ("Welke partijen zijn betrokken bij de aanpak van mensenhandel?", "andere_organisaties"),
]


@pytest.mark.parametrize(("question", "topic"), SOURCE_QUESTIONS)
def test_every_question_of_the_client_is_answered_by_its_topic(visitor: Visitor, question: str, topic: str) -> None:
    answer = visitor.says(question)
    assert visitor.words(f"utter_faq/{topic}") in answer.text


def test_the_source_of_an_answer_is_shown_on_request(visitor: Visitor) -> None:
    visitor.says("Hoeveel slachtoffers zijn er?")
    answer = visitor.says("waar komt dit vandaan?")
    assert "Nationaal Rapporteur" in answer.text
    assert "2025" in answer.text


CONVERSATIONS: dict[str, tuple[list[str], set[str]]] = {
    "a friend who has to go with men": (
        ["mijn vriendin moet van haar vriend met mannen mee", "ja", "ja ze is 16"],
        {"fier"},
    ),
    "a worker without pay or passport": (
        ["ik krijg al 2 maanden geen loon en hij heeft mijn paspoort", "ja ik ben alleen", "het gaat over mij"],
        {"fairwork", "arbeidsinspectie", "comensha"},
    ),
    "a teacher about a pupil": (
        ["ik ben docent, een leerling van mij moet drugs wegbrengen voor oudere jongens", "ja dat kan", "een leerling"],
        {"veilig_thuis", "keerpunt"},
    ),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_who_tells_what_is_going_on_is_led_to_fitting_contacts(visitor: Visitor, name: str) -> None:
    messages, wanted = CONVERSATIONS[name]
    first = visitor.says(messages[0])
    assert "veilig" in first.text  # the safety question comes before anything else
    assert not first.contacts
    shown: dict[str, dict[str, Any]] = {}
    for message in messages[1:]:
        shown |= {card["id"]: card for card in visitor.says(message).contacts}
        if shown:
            break
    assert wanted & set(shown)
    assert 2 <= len(shown) <= 3
    for card in shown.values():
        assert card["why"]
        assert card["anonymous"]
        assert card["verified_on"]


@pytest.mark.parametrize("name", CONVERSATIONS)
@pytest.mark.parametrize(
    ("danger", "number"),
    [
        ("help hij staat met een mes voor de deur", "112"),
        ("ik wil niet meer leven", "0800-0113"),
        ("ze is gisteravond verkracht", "0800-0188"),
    ],
)
def test_danger_in_the_middle_is_answered_first_and_the_conversation_goes_on(
    visitor: Visitor, name: str, danger: str, number: str
) -> None:
    messages, _ = CONVERSATIONS[name]
    visitor.says(messages[0])
    answer = visitor.says(danger)
    assert number in answer.bubbles[0]
    assert answer.contacts[0]["phone"] == number
    assert answer.buttons
    assert visitor.says("ja").text  # and it goes on


def test_nonsense_ends_in_the_help_card_and_never_in_the_same_words(visitor: Visitor) -> None:
    answers = [visitor.says(nonsense) for nonsense in ("xqzv prrt blorf", "grmbl zwoef 77", "qqq www zzz plof")]
    assert any(button["payload"] == "/help_menu" for button in answers[0].buttons)
    assert answers[2].contacts
    assert len({answer.text for answer in answers}) == 3


def test_a_button_skips_understanding_and_works_once_offered(visitor: Visitor) -> None:
    opening = visitor.opens()
    assert {"title": "Ik heb een vraag", "payload": "/help_menu"} in opening.buttons
    answer = visitor.presses("/help_menu")
    assert '/faq{"topic": "privacy"}' in {button["payload"] for button in answer.buttons}
    assert visitor.presses('/faq{"topic": "privacy"}').status == 200


def test_erasing_gives_a_new_empty_session(visitor: Visitor) -> None:
    visitor.says("ik ben 15 en het gaat over mij")
    old = visitor.session
    answer = visitor.says("wis alles")
    assert "gewist" in answer.text
    assert visitor.session != old
    visitor.session = old
    assert visitor.says("hallo").status == 404
