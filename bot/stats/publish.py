"""What may be shown of the counters: no small number, nothing that gives one away, no week that still changes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from bot.stats.events import Allowed
from bot.stats.store import iso_week

SMALLEST = 10
ROUND_TO = 5
# A week is shown a day after it ended: by then every process has written its last batch.
SETTLED_AFTER = timedelta(days=1)

# None: fewer than SMALLEST, or hidden because it would give such a number away.
Cells = Mapping[str, int | None]


def publish(numbers: Mapping[str, int], values: tuple[str, ...]) -> Cells:
    """Return what may be shown of one event in one week, for all its ``values``.

    Small cells are hidden, zeros too. One hidden cell alone could be had back from a total that somebody knows; then
    the smallest shown one is hidden as well. The rest is rounded.
    """
    hidden = {value for value in values if numbers.get(value, 0) < SMALLEST}
    shown = [value for value in values if value not in hidden]
    if len(hidden) == 1 and shown:
        hidden.add(min(shown, key=lambda value: numbers[value]))
    return {value: None if value in hidden else round(numbers[value] / ROUND_TO) * ROUND_TO for value in values}


def settled(week: str, now: datetime) -> bool:
    """Whether ``week`` is over and will not change any more."""
    return iso_week(now - SETTLED_AFTER) > week


def published(
    counts: Mapping[str, Mapping[tuple[str, str], int]], allowed: Allowed, now: datetime
) -> Mapping[str, Mapping[str, Cells]]:
    """Return what may be shown, by event and week; weeks that are not settled are left out."""
    weeks = [week for week in counts if settled(week, now)]
    return {
        event: {
            week: publish({value: counts[week].get((event, value), 0) for value in values}, values) for week in weeks
        }
        for event, values in allowed.items()
    }


def monday(week: str) -> date:
    """Return the first day of an ISO week such as ``2026-W47``."""
    return date.fromisoformat(f"{week}-1")
