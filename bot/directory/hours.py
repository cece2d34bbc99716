"""Opening hours: is a channel open at a moment, when does it open next, and how to say so in Dutch.

All arithmetic is on Dutch wall-clock time (Europe/Amsterdam), so that changes of clock and holidays come out right.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from bot.directory.content import HolidaySpan, Hours, Span

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
DUTCH_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
SHORT_DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
# A channel that is closed now opens again within a week, long weekends included.
HORIZON_DAYS = 10


@dataclass(frozen=True, slots=True)
class Opening:
    """State of a channel at a moment; ``open_now`` is None when the hours are not known."""

    open_now: bool | None
    changes_at: datetime | None = None


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year))


def _is_holiday(day: date) -> bool:
    return day in _holidays(day.year)


def _moment(day: date, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    if hour == 24:
        return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM)
    return datetime.combine(day, time(hour, minute), AMSTERDAM)


def _spans(hours: Hours, day: date) -> list[tuple[datetime, datetime]]:
    """Return the spans that start on ``day``, as aware datetimes."""
    chosen: list[Span | HolidaySpan]
    if hours.holidays != "as_usual" and _is_holiday(day):
        chosen = [hours.holidays] if isinstance(hours.holidays, HolidaySpan) else []
    else:
        chosen = [span for span in hours.week if WEEKDAYS[day.weekday()] in span.days]
    spans = []
    for span in chosen:
        start, end = _moment(day, span.start), _moment(day, span.end)
        if span.end <= span.start:
            end = _moment(day + timedelta(days=1), span.end)
        spans.append((start, end))
    return spans


def opening(hours: Hours, now: datetime) -> Opening:
    """Return whether ``hours`` are open at ``now`` (aware) and when that changes.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now must have a time zone")
    if hours.kind == "always":
        return Opening(open_now=True)
    if hours.kind == "unknown":
        return Opening(open_now=None)
    today = now.astimezone(AMSTERDAM).date()
    spans = sorted(span for offset in range(-1, HORIZON_DAYS) for span in _spans(hours, today + timedelta(days=offset)))
    # Compare in absolute time: wall-clock comparison within one zone ignores the change of clock.
    instant = now.timestamp()
    closes: datetime | None = None
    for start, end in spans:
        reached = closes.timestamp() if closes else instant
        if start.timestamp() <= reached < end.timestamp():
            closes = end
    if closes:
        return Opening(open_now=True, changes_at=closes)
    return Opening(
        open_now=False,
        changes_at=next((start for start, _ in spans if start.timestamp() > instant), None),
    )


def _clock(clock: str) -> str:
    hour, minute = clock.split(":")
    return f"{int(hour)}.{minute}"


def _day_range(days: tuple[str, ...]) -> str:
    numbers = sorted(WEEKDAYS.index(day) for day in days)
    if len(numbers) == len(WEEKDAYS):
        return "elke dag"
    consecutive = numbers == list(range(numbers[0], numbers[-1] + 1))
    if consecutive and len(numbers) > 2:
        return f"{SHORT_DAYS[numbers[0]]} t/m {SHORT_DAYS[numbers[-1]]}"
    return " en ".join(SHORT_DAYS[number] for number in numbers)


def describe(hours: Hours) -> str:
    """Return the hours in short Dutch, e.g. "ma t/m vr 9.00-17.00 uur"."""
    if hours.kind == "always":
        text = "dag en nacht"
    elif hours.kind == "weekly":
        text = ", ".join(f"{_day_range(span.days)} {_clock(span.start)}-{_clock(span.end)} uur" for span in hours.week)
        if hours.holidays == "closed":
            text += ", niet op feestdagen"
        elif isinstance(hours.holidays, HolidaySpan):
            text += f", feestdagen {_clock(hours.holidays.start)}-{_clock(hours.holidays.end)} uur"
    else:
        text = ""
    note = (hours.note or "").rstrip(".")
    return ". ".join(part for part in (text, note) if part)


def say_moment(moment: datetime, now: datetime) -> str:
    """Return ``moment`` as people say it from ``now``: "om 9.00 uur", "morgen om 9.00 uur", "maandag om 9.00 uur"."""
    local, today = moment.astimezone(AMSTERDAM), now.astimezone(AMSTERDAM).date()
    clock = f"om {local.hour}.{local.minute:02d} uur"
    distance = (local.date() - today).days
    if distance == 0:
        return clock
    if distance == 1:
        return f"morgen {clock}"
    return f"{DUTCH_DAYS[local.weekday()]} {clock}"
