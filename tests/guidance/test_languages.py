"""A visitor who writes in another language gets a short card in that language beside the Dutch answer."""

import pytest

from bot.catalogue import catalogue, placeholders
from bot.guidance.conversation import DANGERS
from bot.nlu.language import DUTCH, LANGUAGES
from tests.guidance.talk import Talk

OTHERS = [code for code in LANGUAGES if code != DUTCH]


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_that_is_found_has_a_card_that_names_who_helps(code: str) -> None:
    card = catalogue()[f"utter_in_{code}"]
    assert card.metadata.lang == code
    assert set(placeholders(card.text)) == {"noodnummer_112.phone", "comensha.phone"}
    assert "CoMensha" in card.text


def test_a_number_between_arabic_letters_keeps_its_order() -> None:
    text = catalogue()["utter_in_ar"].text
    assert [f"\u2066{{{name}}}\u2069" in text for name in placeholders(text)] == [True, True]


def test_no_card_is_for_a_language_that_is_never_found() -> None:
    cards = {key.removeprefix("utter_in_") for key in catalogue().responses if key.startswith("utter_in_")}
    assert cards == set(OTHERS)


@pytest.mark.parametrize("code", OTHERS)
def test_an_answer_comes_with_the_card_first(code: str) -> None:
    talk = Talk().says("faq", topic="hulp", language=code)
    assert talk.keys[:2] == [f"utter_in_{code}", "utter_faq/hulp"]


@pytest.mark.parametrize("danger", DANGERS)
def test_in_danger_the_number_comes_before_the_card(danger: str) -> None:
    talk = Talk().says(danger, language="pl")
    assert talk.keys[:2] == [f"utter_{danger}", "utter_in_pl"]


def test_what_was_not_understood_still_gets_the_card_and_contacts() -> None:
    talk = Talk().says("other_language", language="hu")
    assert talk.keys[0] == "utter_in_hu"
    assert {"noodnummer_112", "comensha"} <= set(talk.cards)


def test_the_card_comes_once_for_each_language() -> None:
    talk = Talk().says("faq", topic="hulp", language="pl").says("faq", topic="kosten", language="pl")
    assert "utter_in_pl" not in talk.keys
    assert talk.says("faq", topic="tolk", language="ro").keys[0] == "utter_in_ro"


def test_in_danger_the_card_comes_again_but_not_twice_in_a_row() -> None:
    talk = Talk().says("faq", topic="hulp", language="pl")
    assert "utter_in_pl" in talk.says("acute_danger", language="pl").keys
    assert "utter_in_pl" not in talk.says("acute_danger", language="pl").keys


def test_dutch_gets_no_card() -> None:
    assert not any(key.startswith("utter_in_") for key in Talk().says("faq", topic="hulp").keys)


def test_an_erased_conversation_keeps_no_language() -> None:
    talk = Talk().says("faq", topic="hulp", language="pl").says("erase", language="pl")
    assert talk.situation.language is None
