"""The choice of weights for the risk check: as much danger seen as is asked for, and what else is taken for it."""

import numpy as np
import pytest

from bot.evaluation.danger_thresholds import Seen, choice
from bot.nlu.risk import Observation

WEIGHTS = {"spelling": 0.0, "whole": 1.0, "pattern": 5.0, "elsewhere": 0.0, "look_alike": 0.0}


def reading(chance: float, matched: str | None = None) -> Observation:
    meaning = np.log(np.array([1e-9, 1e-9, chance], np.float32))
    return Observation(meaning, np.zeros(3, np.float32), 0.0, matched, elsewhere=False, mended=False)


def seen(chance: float, matched: str | None = None) -> Seen:
    return Seen([reading(chance, matched)], 0.0)


def test_the_strongest_part_of_a_message_counts_and_the_whole_with_it() -> None:
    assert Seen([reading(0.1), reading(0.9)], 0.0).evidence(WEIGHTS) == seen(0.9).evidence(WEIGHTS)
    assert Seen([reading(0.5)], -2.0).evidence(WEIGHTS) == pytest.approx(-2.0, abs=1e-4)
    assert Seen([], 0.0).evidence(WEIGHTS) == -np.inf


@pytest.mark.parametrize(("recall", "alarms"), [(1.0, 0.5), (0.5, 0.0)])
def test_threshold_and_alarms(recall: float, alarms: float) -> None:
    dangerous = [seen(0.2), seen(0.9)]
    found = choice(dangerous, {"look-alikes": [seen(0.1), seen(0.5)]}, WEIGHTS, recall)
    assert found.alarms == {"look-alikes": alarms}
    assert np.mean([each.evidence(WEIGHTS) >= found.threshold for each in dangerous]) >= recall


def test_a_pattern_counts_as_much_as_it_weighs() -> None:
    found = choice([seen(0.5, "suicidal")], {"look-alikes": [seen(0.5)]}, WEIGHTS, 1.0)
    assert found.threshold == pytest.approx(5.0, abs=1e-4)
    assert found.alarms == {"look-alikes": 0.0}
