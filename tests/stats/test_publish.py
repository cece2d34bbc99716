"""No number that could point at somebody comes out."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.stats.publish import ROUND_TO, SMALLEST, monday, publish, published, settled

VALUES = ("a", "b", "c", "d")
numbers = st.dictionaries(st.sampled_from(VALUES), st.integers(0, 60))


@given(numbers)
def test_small_numbers_are_hidden_and_zeros_look_the_same(counted: dict[str, int]) -> None:
    shown = publish(counted, VALUES)
    assert set(shown) == set(VALUES)
    for value, number in shown.items():
        if counted.get(value, 0) < SMALLEST:
            assert number is None
        elif number is not None:
            assert number % ROUND_TO == 0
            assert abs(number - counted[value]) < ROUND_TO


@given(numbers)
def test_a_hidden_number_cannot_be_had_back_from_a_total(counted: dict[str, int]) -> None:
    hidden = [value for value, number in publish(counted, VALUES).items() if number is None]
    assert len(hidden) != 1


def test_the_smallest_shown_number_goes_with_the_only_hidden_one() -> None:
    assert publish({"a": 3, "b": 40, "c": 12, "d": 90}, VALUES) == {"a": None, "b": 40, "c": None, "d": 90}


def test_a_week_is_shown_a_day_after_its_end() -> None:
    # Week 46 of 2026 ends on Sunday 15 November, at midnight in the Netherlands.
    assert not settled("2026-W46", datetime(2026, 11, 15, 22, 59, tzinfo=UTC))
    assert not settled("2026-W46", datetime(2026, 11, 16, 22, 59, tzinfo=UTC))
    assert settled("2026-W46", datetime(2026, 11, 16, 23, 1, tzinfo=UTC))
    assert settled("2026-W53", datetime(2027, 1, 5, 12, tzinfo=UTC))


def test_two_exports_of_a_week_are_the_same() -> None:
    """Whoever subtracts one export from the next learns nothing: a week appears once, whole, and stays as it is."""
    allowed = {"opened": ("all",), "role": VALUES}
    counts = {"2026-W45": {("opened", "all"): 55}, "2026-W46": {("opened", "all"): 30, ("role", "a"): 12}}
    monday_ = published(counts, allowed, datetime(2026, 11, 16, 12, tzinfo=UTC))
    tuesday = published(counts, allowed, datetime(2026, 11, 17, 12, tzinfo=UTC))
    later = published({**counts, "2026-W47": {("opened", "all"): 31}}, allowed, datetime(2026, 11, 20, tzinfo=UTC))
    assert monday_["opened"] == {"2026-W45": {"all": 55}}
    assert tuesday == later
    assert tuesday["opened"] == {"2026-W45": {"all": 55}, "2026-W46": {"all": 30}}


def test_only_the_closed_list_comes_out() -> None:
    counts = {"2026-W46": {("opened", "all"): 30, ("secret", "x"): 99}}
    assert set(published(counts, {"opened": ("all",)}, datetime(2026, 12, 1, tzinfo=UTC))) == {"opened"}


def test_the_first_day_of_a_week() -> None:
    assert monday("2026-W46").isoformat() == "2026-11-09"
