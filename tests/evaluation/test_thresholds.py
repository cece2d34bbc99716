"""The choice of thresholds: what visitors would meet, counted as the reports count it."""

import numpy as np
import pytest

from bot.evaluation.messages import Message
from bot.evaluation.thresholds import confidences, outcome

QUESTIONS = ("faq/hulp", "faq/opvang", "out_of_scope", "place", "greet")
STORIES = ("disclose_sexual", "disclose_labour", "worried_about_other", "disclose_unclear", "greet")


def test_confidences_add_up_and_sharpen() -> None:
    scores = np.array([[0.5, 0.0, -1.0, -1.0]], np.float32)
    soft, sharp = confidences(scores, 1.0), confidences(scores, 8.0)
    assert soft.sum() == pytest.approx(1.0)
    assert sharp.max() > soft.max()


@pytest.mark.parametrize(
    ("labels", "row", "accept", "expected"),
    [
        (QUESTIONS, [0.9, 0.1, 0.0, 0.0, 0.0], {"faq/hulp"}, (1, 1, 0, 0, 0)),
        (QUESTIONS, [0.9, 0.1, 0.0, 0.0, 0.0], {"faq/opvang"}, (0, 0, 0, 0, 1)),
        # Between the thresholds a question is answered, with the other one to choose.
        (QUESTIONS, [0.6, 0.4, 0.0, 0.0, 0.0], {"faq/hulp"}, (1, 1, 0, 0, 0)),
        (QUESTIONS, [0.6, 0.4, 0.0, 0.0, 0.0], {"faq/opvang"}, (0, 1, 0, 1, 0)),
        (QUESTIONS, [0.2, 0.1, 0.0, 0.6, 0.0], {"faq/hulp"}, (0, 1, 1, 0, 0)),
        (QUESTIONS, [0.4, 0.3, 0.2, 0.1, 0.0], {"faq/opvang"}, (0, 1, 1, 0, 0)),
        (QUESTIONS, [0.1, 0.1, 0.7, 0.1, 0.0], {"out_of_scope"}, (1, 1, 1, 0, 0)),
        # Small talk needs no certainty.
        (QUESTIONS, [0.4, 0.0, 0.0, 0.0, 0.6], {"greet"}, (1, 1, 0, 0, 0)),
        # A place is never offered as a guess.
        (QUESTIONS, [0.4, 0.3, 0.0, 0.3, 0.0], {"place"}, (0, 0, 1, 0, 0)),
        (STORIES, [0.9, 0.05, 0.0, 0.0, 0.05], {"disclose_sexual"}, (1, 1, 0, 0, 0)),
        (STORIES, [0.9, 0.05, 0.0, 0.0, 0.05], {"disclose_labour"}, (0, 0, 0, 0, 1)),
        # The form is asked: every form is offered, and nothing was taken for right.
        (STORIES, [0.6, 0.3, 0.0, 0.0, 0.1], {"disclose_sexual"}, (0, 1, 0, 1, 0)),
        (STORIES, [0.6, 0.3, 0.0, 0.0, 0.1], {"disclose_criminal"}, (0, 1, 0, 1, 0)),
        (STORIES, [0.6, 0.3, 0.0, 0.0, 0.1], {"disclose_unclear"}, (1, 1, 0, 0, 0)),
        # A worry has no form to ask for.
        (STORIES, [0.3, 0.0, 0.6, 0.0, 0.1], {"worried_about_other"}, (1, 1, 0, 0, 0)),
    ],
)
def test_outcome(labels: tuple[str, ...], row: list[float], accept: set[str], expected: tuple[int, ...]) -> None:
    found = outcome(labels, np.array([row]), [Message("x", frozenset(accept))], threshold=0.5, sure=0.7, form=0.9)
    counted = (found.first_time, found.after_one, found.fallback, found.doubtful_wrong, found.wrong)
    assert counted == expected
