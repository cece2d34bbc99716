"""The counters: collected in memory, added to the database in batches, one number for each week, event and value."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Integer, String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.database import setting_up
from bot.stats.events import Allowed

_ZONE = ZoneInfo("Europe/Amsterdam")


class Base(DeclarativeBase):
    """Tables of the counters."""


class CountRow(Base):
    """How often an event had a value in an ISO week such as ``2026-W47``."""

    __tablename__ = "counts"

    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    event: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class UnknownCount(ValueError):
    """An event or value outside the closed list."""


def iso_week(moment: datetime) -> str:
    """Return the ISO week of ``moment`` in Dutch time, as ``2026-W47``."""
    year, week, _ = moment.astimezone(_ZONE).isocalendar()
    return f"{year}-W{week:02}"


class Counters:
    """Counts events of the closed list; when switched off it counts nothing and makes no table."""

    def __init__(
        self,
        engine: Engine,
        allowed: Allowed,
        on: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._allowed = {event: frozenset(values) for event, values in allowed.items()}
        self._on = on
        self._clock = clock
        self._waiting: Counter[tuple[str, str, str]] = Counter()
        self._lock = Lock()
        if on:
            Base.metadata.create_all(engine)

    def count(self, event: str, value: str) -> None:
        """Count one ``event``, in memory.

        Raises:
            UnknownCount: it is not in the closed list.
        """
        if value not in self._allowed.get(event, ()):
            raise UnknownCount(event)
        if self._on:
            with self._lock:
                self._waiting[iso_week(self._clock()), event, value] += 1

    def flush(self) -> None:
        """Add what was collected to the database; when that fails it stays in memory for the next time."""
        with self._lock:
            batch, self._waiting = self._waiting, Counter()
        if not batch:
            return
        rows = [
            {"week": week, "event": event, "value": value, "number": number}
            for (week, event, value), number in sorted(batch.items())
        ]
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(CountRow)
        upsert = insert.on_conflict_do_update(
            index_elements=["week", "event", "value"], set_={"number": CountRow.number + insert.excluded.number}
        )
        try:
            with self._engine.begin() as connection:
                connection.execute(upsert, rows)
        except Exception:
            with self._lock:
                self._waiting.update(batch)
            raise


def read_counts(engine: Engine) -> Mapping[str, Mapping[tuple[str, str], int]]:
    """Return the raw numbers by week and (event, value), weeks in order. Only ``bot.stats.publish`` may show them."""
    with setting_up(engine):
        Base.metadata.create_all(engine)
    weeks: dict[str, dict[tuple[str, str], int]] = {}
    with engine.connect() as connection:
        for row in connection.execute(select(CountRow.__table__).order_by(CountRow.week)):
            weeks.setdefault(row.week, {})[row.event, row.value] = row.number
    return weeks
