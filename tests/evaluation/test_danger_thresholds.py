"""The choice of weights for the risk check: no more false alarms than are allowed, and what is seen then."""

import numpy as np
import pytest

from bot.evaluation.danger_thresholds import Seen, choice
from bot.nlu.risk import Observation

WEIGHTS = {"spelling": 0.0, "whole": 1.0, "pattern": 5.0, "elsewhere": 0.0, "look_alike": 0.0, "unread": 1.0}


def reading(chance: float, matched: str | None = None) -> Observation:
    meaning = np.log(np.array([1e-9, 1e-9, chance], np.float32))
    return Observation(meaning, np.zeros(3, np.float32), 0.0, matched, elsewhere=False, mended=False)


def seen(chance: float, matched: str | None = None) -> Seen:
    return Seen([reading(chance, matched)], 0.0)


def test_the_strongest_part_of_a_message_counts_and_the_whole_with_it() -> None:
    assert Seen([reading(0.1), reading(0.9)], 0.0).evidence(WEIGHTS) == seen(0.9).evidence(WEIGHTS)
    assert Seen([reading(0.5)], -2.0).evidence(WEIGHTS) == pytest.approx(-2.0, abs=1e-4)
    assert Seen([], 0.0).evidence(WEIGHTS) == -np.inf


def test_of_what_has_no_words_more_is_asked_unless_it_has_words_of_another_language() -> None:
    assert Seen([reading(0.5)], 0.5, known=False).evidence(WEIGHTS) == -np.inf
    assert Seen([reading(0.5)], 2.0, known=False).evidence(WEIGHTS) == pytest.approx(2.0, abs=1e-4)
    assert Seen([reading(0.01)], 0.0, known=False, foreign=True).evidence(WEIGHTS) == np.inf


@pytest.mark.parametrize(("allowed", "recall", "look_alikes"), [(0.0, 0.5, 0.0), (0.5, 1.0, 1.0)])
def test_the_threshold_lets_no_more_alarms_through_than_allowed(
    allowed: float, recall: float, look_alikes: float
) -> None:
    out_of_scope = [seen(0.05), seen(0.5)]
    found = choice([seen(0.2), seen(0.9)], {"look-alikes": [seen(0.3)]}, out_of_scope, WEIGHTS, allowed)
    assert found.recall == recall
    assert found.alarms == {"look-alikes": look_alikes}
    assert np.mean([each.evidence(WEIGHTS) >= found.threshold for each in out_of_scope]) <= allowed


def test_a_pattern_counts_as_much_as_it_weighs() -> None:
    found = choice([seen(0.5, "suicidal")], {"look-alikes": [seen(0.5)]}, [seen(0.5)], WEIGHTS, 0.0)
    assert found.recall == 1.0
    assert found.alarms == {"look-alikes": 0.0}
    lighter = {**WEIGHTS, "pattern": 0.0}
    assert choice([seen(0.5, "suicidal")], {}, [seen(0.5)], lighter, 0.0).recall == 0.0
