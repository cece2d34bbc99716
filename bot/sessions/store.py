"""The session database: sealed rows that expire.

Writers do not lock: a row carries a version, and a save that finds another version raises ``Conflict``; the caller then
takes its turn again on the new content. So two messages of one session come one after the other, also with two
processes.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Engine, LargeBinary, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.database import forget_deleted
from bot.sessions.seal import row_id, seal, unseal

_VERSION_BITS = 62


class Base(DeclarativeBase):
    """Tables of the sessions."""


class SessionRow(Base):
    """One conversation; times are Unix seconds. Only the holder of the token can open ``sealed``.

    ``version`` is random, not counted, so that a row does not tell how long a conversation is.
    """

    __tablename__ = "sessions"

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    idle_until: Mapped[int] = mapped_column(BigInteger, index=True)
    ends_at: Mapped[int] = mapped_column(BigInteger, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


# Written out once: to put a statement together in each turn costs more than to run it.
_OPEN = select(SessionRow.version, SessionRow.ends_at, SessionRow.sealed).where(
    SessionRow.id == bindparam("row"), SessionRow.idle_until > bindparam("now"), SessionRow.ends_at > bindparam("now")
)
_SAVE = (
    update(SessionRow)
    .where(SessionRow.id == bindparam("row"), SessionRow.version == bindparam("found"))
    .values(version=bindparam("next"), idle_until=bindparam("until"), sealed=bindparam("content"))
)
_ERASE = delete(SessionRow).where(SessionRow.id == bindparam("row"))
_SWEEP = delete(SessionRow).where(
    (SessionRow.idle_until <= bindparam("now")) | (SessionRow.ends_at <= bindparam("now"))
)


class Conflict(Exception):
    """The session was saved by somebody else since it was opened, or is gone."""


class UnknownSession(Exception):
    """No such session: never made, expired or erased."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened session: its content, the version that a save must find, and when it ends at the latest."""

    content: dict[str, Any]
    version: int
    ends_at: int


class SessionStore:
    """Sealed sessions in a database; ``clock`` returns Unix seconds."""

    def __init__(
        self,
        engine: Engine,
        idle_seconds: int,
        lifetime_seconds: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine = engine
        self._idle = idle_seconds
        self._lifetime = lifetime_seconds
        self._clock = clock
        Base.metadata.create_all(engine)

    def _now(self) -> int:
        return int(self._clock())

    def create(self, token: str, content: dict[str, Any]) -> int:
        """Store a new session; return the seconds until it expires when idle.

        Raises:
            Conflict: the token is in use.
        """
        now = self._now()
        ends_at = now + self._lifetime
        idle_until = min(now + self._idle, ends_at)
        row = {
            "id": row_id(token),
            "version": secrets.randbits(_VERSION_BITS),
            "idle_until": idle_until,
            "ends_at": ends_at,
            "sealed": seal(token, content),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(SessionRow).values(row))
        except IntegrityError:
            raise Conflict from None
        return idle_until - now

    def open(self, token: str) -> Opened:
        """Return the content of a session.

        Raises:
            UnknownSession: never made, expired or erased.
            SealBroken: the row was tampered with.
        """
        now = self._now()
        with self._engine.connect() as connection:
            row = connection.execute(_OPEN, {"row": row_id(token), "now": now}).one_or_none()
        if row is None:
            raise UnknownSession
        return Opened(unseal(token, row.sealed), row.version, row.ends_at)

    def save(self, token: str, content: dict[str, Any], opened: Opened) -> int:
        """Store the content after a turn on ``opened``; return the seconds until the session expires when idle.

        Raises:
            Conflict: the session was saved by somebody else since, or is gone.
        """
        now = self._now()
        idle_until = min(now + self._idle, opened.ends_at)
        new = {"next": secrets.randbits(_VERSION_BITS), "until": idle_until, "content": seal(token, content)}
        with self._engine.begin() as connection:
            saved = connection.execute(_SAVE, {"row": row_id(token), "found": opened.version, **new})
        if saved.rowcount != 1:
            raise Conflict
        return max(0, idle_until - now)

    def erase(self, token: str) -> None:
        """Delete a session for good; nothing happens when it does not exist."""
        with self._engine.begin() as connection:
            gone = connection.execute(_ERASE, {"row": row_id(token)})
        if gone.rowcount:
            forget_deleted(self._engine)

    def sweep(self) -> int:
        """Delete the expired sessions for good; return how many."""
        now = self._now()
        with self._engine.begin() as connection:
            gone = connection.execute(_SWEEP, {"now": now})
        forget_deleted(self._engine)
        return int(gone.rowcount)
