"""Only closed values pass the door between text and dialogue."""

import json

import pytest

from bot.chat.understanding import NotAPayload, from_nlu, from_payload

CANARY = "kanarie-7f3a"


def test_nothing_of_the_text_gets_through() -> None:
    parsed = {
        "text": f"ik heet {CANARY}",
        "text_tokens": [CANARY],
        "intent": {"name": "faq", "confidence": 0.9},
        "label_ranking": [{"name": "faq/hulp", "confidence": 0.9}],
        "entities": [
            {"entity": "PERSON", "value": CANARY, "start": 0, "end": 4},
            {"entity": "age", "value": "under18", "text": CANARY},
        ],
        "metadata": {"anything": CANARY},
    }
    understood = from_nlu(parsed)
    assert CANARY not in json.dumps(understood)
    assert {"entity": "age", "value": "under18"} in understood["entities"]
    assert {"entity": "topic", "value": "hulp"} in understood["entities"]


def test_a_doubtful_question_names_what_else_may_be_meant() -> None:
    ranking = [{"name": name, "confidence": 0.2} for name in ("faq/hulp", "faq/opvang", "greet")]
    parsed = {"intent": {"name": "faq", "confidence": 0.4}, "label_ranking": ranking}
    others = [{"entity": "alternative", "value": "faq/opvang"}, {"entity": "alternative", "value": "greet"}]
    assert [each for each in from_nlu(parsed)["entities"] if each["entity"] == "alternative"] == []
    assert [
        each for each in from_nlu({**parsed, "doubtful": True})["entities"] if each["entity"] == "alternative"
    ] == others


def test_what_is_not_understood_is_fallback() -> None:
    assert from_nlu({})["intent"]["name"] == "nlu_fallback"
    assert from_nlu({"intent": {"name": None, "confidence": 0}})["intent"]["name"] == "nlu_fallback"


def test_a_payload_is_an_intent_with_values() -> None:
    parsed = from_payload('/faq{"topic": "hulp"}')
    assert parsed["intent"] == {"name": "faq", "confidence": 1.0}
    assert parsed["entities"] == [{"entity": "topic", "value": "hulp"}]


@pytest.mark.parametrize(
    "payload",
    ["", "faq", "/", "/FAQ", "/faq{", '/faq{"topic": }', "/faq hulp", "/faq{}x", "//faq", "/faq[1]", "/faq{1}"],
)
def test_what_is_no_payload_is_refused(payload: str) -> None:
    with pytest.raises(NotAPayload):
        from_payload(payload)


def test_values_that_are_not_closed_are_dropped_from_a_payload() -> None:
    assert from_payload(f'/greet{{"name": "{CANARY}"}}')["entities"] == []
