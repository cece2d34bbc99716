"""Processes that start at the same moment on an empty database all start."""

import multiprocessing
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import inspect

from bot.database import connect, setting_up
from bot.directory.store import Directory, load
from bot.sessions.store import SessionStore
from bot.stats.store import Counters
from tests.sessions.postgres import Cluster, cluster

PROCESSES = 2
ROUNDS = 20
TABLES = {"contacts", "municipalities", "sessions", "counts"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster | None]:
    if request.param == "sqlite":
        yield None
    else:
        with cluster(tmp_path_factory.mktemp("postgresql")) as running:
            yield running


def _start(urls: list[str], together: Barrier) -> None:
    """Set up each database as a starting server does, in step with the other processes."""
    for url in urls:
        engine = connect(url)
        together.wait()
        with setting_up(engine):
            load(engine)
            SessionStore(engine, idle_seconds=10, lifetime_seconds=10)
            Counters(engine, {})
        engine.dispose()


def _exits(urls: list[str], number: int) -> list[int | None]:
    """Let so many processes set up the databases; return how they ended, None for one that still waits."""
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(number, timeout=30)
    processes = [spawn.Process(target=_start, args=(urls, together)) for _ in range(number)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    exits = [process.exitcode for process in processes]
    for process in processes:
        process.kill()
    return exits


def test_processes_that_start_together_all_start(running: Cluster | None, tmp_path: Path) -> None:
    urls = [running.url] if running else [f"sqlite:///{tmp_path / str(number)}.db" for number in range(ROUNDS)]
    assert _exits(urls, PROCESSES) == [0] * PROCESSES
    for url in urls:
        engine = connect(url)
        assert set(inspect(engine).get_table_names()) >= TABLES
        assert Directory.from_database(engine).contacts.keys() == Directory.from_files().contacts.keys()
        engine.dispose()


def test_a_start_that_fails_lets_the_next_one_begin(running: Cluster | None, tmp_path: Path) -> None:
    url = running.url if running else f"sqlite:///{tmp_path / 'one.db'}"
    engine = connect(url)
    with pytest.raises(ValueError, match="broken"), setting_up(engine):
        raise ValueError("broken")
    assert _exits([url], 1) == [0]
    engine.dispose()
