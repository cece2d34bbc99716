"""Opening hours against the clock: nights, weekends, holidays and changes of clock."""

from datetime import UTC, datetime

import pytest

from bot.directory.content import Hours
from bot.directory.hours import AMSTERDAM, describe, opening, say_moment

OFFICE = Hours.model_validate(
    {
        "kind": "weekly",
        "week": [{"days": ["mo", "tu", "we", "th", "fr"], "from": "09:00", "to": "17:00"}],
        "holidays": "closed",
    }
)
NIGHT = Hours.model_validate(
    {
        "kind": "weekly",
        "week": [
            {"days": ["mo", "tu", "we", "th", "fr"], "from": "16:00", "to": "06:00"},
            {"days": ["sa", "su"], "from": "20:00", "to": "06:00"},
        ],
        "holidays": {"from": "20:00", "to": "06:00"},
    }
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        (OFFICE, "2026-11-20T08:59", False),
        (OFFICE, "2026-11-20T09:00", True),
        (OFFICE, "2026-11-20T16:59", True),
        (OFFICE, "2026-11-20T17:00", False),
        (OFFICE, "2026-11-21T12:00", False),  # Saturday
        (OFFICE, "2026-12-25T12:00", False),  # Friday, Christmas
        (OFFICE, "2026-04-27T12:00", False),  # Monday, King's Day
        (NIGHT, "2026-11-20T15:59", False),
        (NIGHT, "2026-11-20T23:30", True),
        (NIGHT, "2026-11-21T05:59", True),  # the night after Friday
        (NIGHT, "2026-11-21T06:00", False),
        (NIGHT, "2026-11-21T17:00", False),  # Saturday opens at eight
        (NIGHT, "2026-11-22T05:30", True),
        (NIGHT, "2026-12-25T17:00", False),  # a holiday keeps the weekend's hours
        (NIGHT, "2026-12-25T21:00", True),
        (NIGHT, "2026-03-29T01:30", True),  # the night the clock goes forward
        (NIGHT, "2026-03-29T05:30", True),
        (NIGHT, "2026-10-25T02:30", True),  # the night the clock goes back
        (NIGHT, "2026-10-25T06:00", False),
    ],
)
def test_open_or_closed(hours: Hours, moment: str, expected: bool) -> None:
    assert opening(hours, at(moment)).open_now is expected


def test_the_hour_that_comes_twice_is_open_both_times() -> None:
    for hour in (0, 1, 2, 3, 4):
        assert opening(NIGHT, datetime(2026, 10, 25, hour, 30, tzinfo=UTC)).open_now is True
    assert opening(NIGHT, datetime(2026, 10, 25, 5, 0, tzinfo=UTC)).open_now is False


@pytest.mark.parametrize(
    ("hours", "moment", "changes"),
    [
        (OFFICE, "2026-11-20T10:00", "2026-11-20T17:00"),
        (OFFICE, "2026-11-20T18:00", "2026-11-23T09:00"),
        (OFFICE, "2026-12-24T18:00", "2026-12-28T09:00"),
        (NIGHT, "2026-11-21T07:00", "2026-11-21T20:00"),
        (NIGHT, "2026-11-20T23:00", "2026-11-21T06:00"),
    ],
)
def test_when_it_changes(hours: Hours, moment: str, changes: str) -> None:
    assert opening(hours, at(moment)).changes_at == at(changes)


def test_another_time_zone_gives_the_same_answer() -> None:
    assert opening(OFFICE, datetime(2026, 7, 1, 7, 0, tzinfo=UTC)).open_now is True
    assert opening(OFFICE, datetime(2026, 1, 5, 7, 30, tzinfo=UTC)).open_now is False


def test_always_and_unknown() -> None:
    assert opening(Hours(kind="always"), at("2026-01-01T03:00")).open_now is True
    assert opening(Hours(kind="unknown"), at("2026-01-01T03:00")).open_now is None


def test_a_moment_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        opening(OFFICE, datetime(2026, 1, 1))


def test_hours_in_dutch() -> None:
    assert describe(Hours(kind="always")) == "dag en nacht"
    assert describe(OFFICE) == "ma t/m vr 9.00-17.00 uur, niet op feestdagen"
    assert describe(NIGHT) == "ma t/m vr 16.00-6.00 uur, za en zo 20.00-6.00 uur, feestdagen 20.00-6.00 uur"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-20T20:00", "om 20.00 uur"),
        ("2026-11-21T09:00", "morgen om 9.00 uur"),
        ("2026-11-23T09:00", "maandag om 9.00 uur"),
    ],
)
def test_moments_in_dutch(moment: str, words: str) -> None:
    assert say_moment(at(moment), at("2026-11-20T18:00")) == words
