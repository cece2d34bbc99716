"""A visitor who writes in another language gets a short card in that language beside the Dutch answer."""

import pytest

from bot.catalogue import catalogue, placeholders
from bot.nlu.language import DUTCH, LANGUAGES
from tests.guidance.talk import Talk

OTHERS = [code for code in LANGUAGES if code != DUTCH]


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_that_is_found_has_a_card_that_names_who_helps(code: str) -> None:
    card = catalogue()[f"utter_in_{code}"]
    assert card.metadata.lang == code
    assert set(placeholders(card.text)) == {"noodnummer_112.phone", "comensha.phone"}
    assert "CoMensha" in card.text


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_has_a_card_for_danger_that_names_the_number_first_and_asks_whether_the_place_is_safe(
    code: str,
) -> None:
    card = catalogue()[f"utter_danger_in_{code}"]
    number, question = card.text.splitlines()
    assert card.metadata.lang == code
    assert placeholders(number) == ["noodnummer_112.phone"]
    # The buttons are Dutch: the question says which is which.
    assert "‘Ja’" in question
    assert "‘Nee’" in question


@pytest.mark.parametrize("code", OTHERS)
def test_no_card_asks_whether_there_is_danger(code: str) -> None:
    """A "yes" would then be taken for an answer to the Dutch question, which asks whether it is safe."""
    line = next(line for line in catalogue()[f"utter_in_{code}"].text.splitlines() if "noodnummer_112" in line)
    assert not {"?", "؟", "？"} & set(line)


def test_a_number_between_arabic_letters_keeps_its_order() -> None:
    for key in ("utter_in_ar", "utter_danger_in_ar"):
        text = catalogue()[key].text
        assert all(f"\u2066{{{name}}}\u2069" in text for name in placeholders(text))


@pytest.mark.parametrize("kind", ["utter_in_", "utter_danger_in_"])
def test_no_card_is_for_a_language_that_is_never_found(kind: str) -> None:
    cards = {key.removeprefix(kind) for key in catalogue().responses if key.startswith(kind)}
    assert cards == set(OTHERS)


@pytest.mark.parametrize("code", OTHERS)
def test_an_answer_comes_with_the_card_first(code: str) -> None:
    talk = Talk().says("faq", topic="hulp", language=code)
    assert talk.keys[:2] == [f"utter_in_{code}", "utter_faq/hulp"]


@pytest.mark.parametrize("danger", ["acute_danger", "sexual_violence_recent"])
def test_in_danger_the_number_and_the_question_come_first_in_the_own_language(danger: str) -> None:
    talk = Talk().says(danger, language="pl")
    assert talk.keys == ["utter_danger_in_pl", f"utter_{danger}", f"utter_ask_{danger}"]


def test_thoughts_of_suicide_get_the_card_that_asks_nothing() -> None:
    assert Talk().says("suicidal", language="pl").keys[:2] == ["utter_in_pl", "utter_suicidal"]


def test_what_was_not_understood_still_gets_the_card_and_contacts() -> None:
    talk = Talk().says("other_language", language="hu")
    assert talk.keys[0] == "utter_in_hu"
    assert {"noodnummer_112", "comensha"} <= set(talk.cards)


def test_the_card_comes_once_for_each_language() -> None:
    talk = Talk().says("faq", topic="hulp", language="pl").says("faq", topic="kosten", language="pl")
    assert "utter_in_pl" not in talk.keys
    assert talk.says("faq", topic="tolk", language="ro").keys[0] == "utter_in_ro"


def test_in_danger_the_card_comes_every_time_also_when_the_language_was_heard_before() -> None:
    talk = Talk().says("faq", topic="hulp", language="pl")
    assert talk.says("acute_danger", language="pl").keys[0] == "utter_danger_in_pl"
    assert talk.says("acute_danger").keys[0] == "utter_danger_in_pl"


def test_dutch_gets_no_card() -> None:
    assert not any(key.startswith("utter_in_") for key in Talk().says("faq", topic="hulp").keys)


def test_an_erased_conversation_keeps_no_language() -> None:
    talk = Talk().says("faq", topic="hulp", language="pl").says("erase", language="pl")
    assert talk.situation.language is None
