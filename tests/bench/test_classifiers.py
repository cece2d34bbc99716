"""The comparison of classifiers takes what each finds the likeliest, whatever a fallback makes of it."""

from typing import Any

import pytest

from bot.evaluation.messages import Message
from scripts.bench.classifiers import likeliest_of_stock, right


def parsed(*names: str) -> dict[str, Any]:
    return {
        "intent": {"name": names[0]},
        "intent_ranking": [{"name": name} for name in names],
        "response_selector": {"faq": {"response": {"intent_response_key": "faq/hulp"}}},
    }


@pytest.mark.parametrize(
    ("names", "label"),
    [(("greet", "faq"), "greet"), (("faq", "greet"), "faq/hulp"), (("nlu_fallback", "faq", "greet"), "faq/hulp")],
)
def test_the_likeliest_label_of_stock(names: tuple[str, ...], label: str) -> None:
    assert likeliest_of_stock(parsed(*names)) == label


def test_what_is_out_of_scope_is_right_when_it_is_named_so() -> None:
    messages = [Message("a", frozenset({"out_of_scope"})), Message("b", frozenset({"greet"}))]
    assert right({"a": "out_of_scope", "b": "greet"}.__getitem__, messages) == 1.0
    assert right({"a": "greet", "b": "greet"}.__getitem__, messages) == 0.5
