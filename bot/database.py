"""The one database: SQLite on one machine, PostgreSQL when there are more; same code, one setting."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url

# A database that does not answer in this time is out of order: the visitor gets the help card within five seconds.
PATIENCE_SECONDS = 2
# The advisory lock of PostgreSQL that a starting process holds; any number that nobody else uses.
SETTING_UP = 7_325_901


def connect(url: str) -> Engine:
    """Return an engine for ``url``; the file of a SQLite database is made when missing, for this user alone.

    SQLite deletes for good: freed pages are overwritten (``secure_delete``) and ``forget_deleted`` empties the journal.
    Parameters are never part of an error message (``hide_parameters``).
    """
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        patience = f"-c statement_timeout={PATIENCE_SECONDS}s -c lock_timeout={PATIENCE_SECONDS}s"
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_timeout=PATIENCE_SECONDS,
            connect_args={"connect_timeout": PATIENCE_SECONDS, "options": patience},
        )
    file = _file(address)
    if file:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    engine = create_engine(address, hide_parameters=True, connect_args={"timeout": PATIENCE_SECONDS})

    @event.listens_for(engine, "connect")
    def _pragmas(connection, record) -> None:  # type: ignore[no-untyped-def]
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA secure_delete = ON")
        # Sorting and temporary tables stay in memory.
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.close()

    return engine


def forget_deleted(engine: Engine) -> None:
    """Fold SQLite's journal in and empty it, so that no older state of a deleted row stays in a file.

    While others write, the journal cannot be emptied; then the next call does it. PostgreSQL cleans up by itself
    (vacuum).
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def setting_up(engine: Engine) -> AbstractContextManager[None]:
    """Let one process at a time make tables and load content; the others wait."""
    if engine.dialect.name == "postgresql":
        return _alone_in_postgresql(engine)
    file = _file(engine.url)
    return _alone_in(file.parent) if file else nullcontext()


def _file(address: URL) -> Path | None:
    """Return the file of a SQLite database; none when it lives in memory."""
    return Path(address.database) if address.database and address.database != ":memory:" else None


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    # SQLite's own locks hold for one statement, and a change of the journal's mode does not wait for them. The folder
    # is locked and not the file: closing the file a second time would drop the locks that SQLite has on it.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _alone_in_postgresql(engine: Engine) -> Iterator[None]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Loading takes longer than a turn may: a starting process waits its turn.
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": SETTING_UP})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": SETTING_UP})
            # The connection goes back to the pool without the patience that was taken from it.
            connection.invalidate()
