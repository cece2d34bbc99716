"""Counters stay in memory until a batch is written, and hold a week, an event, a value and a number."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError

from bot.database import connect
from bot.stats.store import Counters, UnknownCount, iso_week, read_counts

ALLOWED = {"opened": ("all",), "role": ("self", "friend")}
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'counts.db'}")
    yield engine
    engine.dispose()


def counters(database: Engine, on: bool = True) -> Counters:
    return Counters(database, ALLOWED, on, lambda: NOW)


def test_batches_add_up(database: Engine) -> None:
    first, second = counters(database), counters(database)
    for _ in range(3):
        first.count("opened", "all")
    second.count("opened", "all")
    second.count("role", "self")
    assert read_counts(database) == {}
    first.flush()
    second.flush()
    first.flush()
    assert read_counts(database) == {"2026-W47": {("opened", "all"): 4, ("role", "self"): 1}}


def test_threads_lose_no_count(database: Engine) -> None:
    collected = counters(database)

    def some(_: int) -> None:
        for _ in range(500):
            collected.count("opened", "all")
        collected.flush()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(some, range(8)))
    assert read_counts(database) == {"2026-W47": {("opened", "all"): 4000}}


def test_the_table_has_room_for_nothing_else(database: Engine) -> None:
    counters(database)
    columns = {column["name"] for column in inspect(database).get_columns("counts")}
    assert columns == {"week", "event", "value", "number"}


@pytest.mark.parametrize(("event", "value"), [("opened", "me"), ("role", ""), ("text", "all"), ("role", "self' --")])
def test_what_is_not_in_the_closed_list_is_not_counted(database: Engine, event: str, value: str) -> None:
    counting = counters(database)
    with pytest.raises(UnknownCount):
        counting.count(event, value)
    counting.flush()
    assert read_counts(database) == {}


def test_switched_off_nothing_is_counted_and_no_table_made(database: Engine) -> None:
    off = counters(database, on=False)
    off.count("opened", "all")
    off.flush()
    assert inspect(database).get_table_names() == []


def test_a_batch_that_cannot_be_written_waits(database: Engine) -> None:
    counting = counters(database)
    counting.count("opened", "all")
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE counts RENAME TO gone"))
    with pytest.raises(OperationalError):
        counting.flush()
    counting.count("opened", "all")
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO counts"))
    counting.flush()
    assert read_counts(database) == {"2026-W47": {("opened", "all"): 2}}


def test_weeks_are_dutch_weeks() -> None:
    assert iso_week(datetime(2026, 11, 15, 23, 30, tzinfo=UTC)) == "2026-W47"
    assert iso_week(datetime(2027, 1, 1, 12, tzinfo=UTC)) == "2026-W53"
