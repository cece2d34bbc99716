"""The one database: SQLite on one machine, PostgreSQL when there are more; same code, one setting."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

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
    if address.database and address.database != ":memory:":
        path = Path(address.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
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


def create_tables(engine: Engine, metadata: MetaData) -> None:
    """Create what is missing of ``metadata``, also when another process does the same at this moment."""
    try:
        metadata.create_all(engine)
    except (IntegrityError, OperationalError, ProgrammingError):
        # The other process was first; a second try finds its tables, or shows what is really wrong.
        metadata.create_all(engine)


def forget_deleted(engine: Engine) -> None:
    """Fold SQLite's journal in and empty it, so that no older state of a deleted row stays in a file.

    While others write, the journal cannot be emptied; then the next call does it. PostgreSQL cleans up by itself
    (vacuum).
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


@contextmanager
def setting_up(engine: Engine) -> Iterator[None]:
    """Let one process at a time make tables and load content; SQLite's own lock does that already."""
    if engine.dialect.name != "postgresql":
        yield
        return
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
