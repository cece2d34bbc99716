"""The figures that CI insists on."""

from copy import deepcopy

import pytest

from bot.cli import CEILINGS, FLOORS, MIDDLE, MIDDLE_FLOORS, out_of_bounds

GOOD = {
    "dev": {
        "understanding": {"first_time": 0.95, "after_one": 0.98, "wrong": 0.01},
        "danger": {"recall": 0.99, "false_alarms": 0.05},
    }
}


def test_good_figures_pass() -> None:
    assert out_of_bounds(GOOD) == []


@pytest.mark.parametrize("place", FLOORS)
def test_a_figure_below_its_floor_is_named(place: tuple[str, str]) -> None:
    figures = deepcopy(GOOD)
    figures["dev"][place[0]][place[1]] = FLOORS[place] - 0.01
    (line,) = out_of_bounds(figures)
    assert line.startswith(f"{place[0]} {place[1]} on dev")
    assert "floor" in line


@pytest.mark.parametrize("place", CEILINGS)
def test_a_figure_above_its_ceiling_is_named(place: tuple[str, str]) -> None:
    figures = deepcopy(GOOD)
    figures["dev"][place[0]][place[1]] = CEILINGS[place] + 0.01
    (line,) = out_of_bounds(figures)
    assert line.startswith(f"{place[0]} {place[1]} on dev")
    assert "ceiling" in line


def test_messages_from_the_middle_have_limits_of_their_own() -> None:
    figures = {f"{MIDDLE}_dev": deepcopy(GOOD["dev"])}
    figures[f"{MIDDLE}_dev"]["understanding"]["first_time"] = MIDDLE_FLOORS["understanding", "first_time"] + 0.01
    assert out_of_bounds(figures) == []
    figures[f"{MIDDLE}_dev"]["danger"]["recall"] = MIDDLE_FLOORS["danger", "recall"] - 0.01
    assert len(out_of_bounds(figures)) == 1
