"""Sessions expire, are erased for good, and never lose a turn."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.database import connect
from bot.sessions.seal import SealBroken, row_id, unseal
from bot.sessions.store import Conflict, SessionStore, UnknownSession
from bot.sessions.token import new_token

IDLE, LIFETIME = 1800, 4 * 3600


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'data' / 'sessions.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def store(database: Engine, clock: Clock) -> SessionStore:
    return SessionStore(database, IDLE, LIFETIME, clock)


def rows(database: Engine) -> int:
    with database.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM sessions")).scalar_one())


def files(tmp_path: Path) -> bytes:
    """Everything that the database has on disk, its journal included."""
    return b"".join(path.read_bytes() for path in sorted((tmp_path / "data").iterdir()))


def test_what_was_saved_is_opened(store: SessionStore) -> None:
    token = new_token()
    assert store.create(token, {"turn": 1}) == IDLE
    assert store.save(token, {"turn": 2}, store.open(token)) == IDLE
    assert store.open(token).content == {"turn": 2}


def test_a_forged_token_finds_nothing(store: SessionStore) -> None:
    store.create(new_token(), {})
    with pytest.raises(UnknownSession):
        store.open(new_token())


def test_a_session_expires_when_idle_and_every_turn_renews_that(store: SessionStore, clock: Clock) -> None:
    token = new_token()
    store.create(token, {})
    clock.now += IDLE - 1
    assert store.save(token, {}, store.open(token)) == IDLE
    clock.now += IDLE
    with pytest.raises(UnknownSession):
        store.open(token)


def test_a_session_ends_after_its_lifetime_however_busy(store: SessionStore, clock: Clock) -> None:
    token = new_token()
    store.create(token, {})
    began = clock.now
    while clock.now + 1000 < began + LIFETIME:
        clock.now += 1000
        left = store.save(token, {}, store.open(token))
        assert left == min(IDLE, began + LIFETIME - clock.now)
    clock.now = began + LIFETIME
    with pytest.raises(UnknownSession):
        store.open(token)


def test_the_sweeper_deletes_expired_rows_and_no_others(store: SessionStore, clock: Clock, database: Engine) -> None:
    old, young = new_token(), new_token()
    store.create(old, {})
    clock.now += IDLE - 10
    store.create(young, {"young": True})
    clock.now += 10
    assert store.sweep() == 1
    assert rows(database) == 1
    assert store.open(young).content == {"young": True}


def test_nothing_of_an_erased_row_stays_in_a_file(store: SessionStore, database: Engine, tmp_path: Path) -> None:
    token = new_token()
    store.create(token, {"turn": 0})
    remains: list[bytes] = []
    for turn in range(5):
        opened = store.open(token)
        with database.connect() as connection:
            remains.append(bytes(connection.execute(text("SELECT sealed FROM sessions")).scalar_one()))
        store.save(token, {"turn": turn}, opened)
    assert any(sealed[:64] in files(tmp_path) for sealed in remains), "the search must find a row that is still there"
    store.erase(token)
    left = files(tmp_path)
    assert rows(database) == 0
    assert row_id(token) not in left
    assert not [sealed for sealed in remains if sealed[:64] in left or sealed[-64:] in left]


def test_nothing_of_an_expired_row_stays_in_a_file(store: SessionStore, clock: Clock, tmp_path: Path) -> None:
    token = new_token()
    store.create(token, {"turn": 0})
    assert row_id(token) in files(tmp_path)
    clock.now += IDLE
    store.sweep()
    assert row_id(token) not in files(tmp_path)


def test_an_erased_session_cannot_come_back(store: SessionStore, database: Engine) -> None:
    token = new_token()
    store.create(token, {})
    opened = store.open(token)
    store.erase(token)
    with pytest.raises(Conflict):
        store.save(token, {"late": True}, opened)
    assert rows(database) == 0


def test_of_two_turns_on_the_same_state_one_must_try_again(store: SessionStore) -> None:
    token = new_token()
    store.create(token, {"turns": []})
    first, second = store.open(token), store.open(token)
    store.save(token, {"turns": ["first"]}, first)
    with pytest.raises(Conflict):
        store.save(token, {"turns": ["second"]}, second)
    assert store.open(token).content == {"turns": ["first"]}


def test_many_writers_lose_nothing(store: SessionStore) -> None:
    token = new_token()
    store.create(token, {"turns": []})

    def take_turn(number: int) -> None:
        while True:
            opened = store.open(token)
            try:
                store.save(token, {"turns": [*opened.content["turns"], number]}, opened)
            except Conflict:
                continue
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take_turn, range(40)))
    assert sorted(store.open(token).content["turns"]) == list(range(40))


def test_a_row_moved_to_another_session_does_not_open(store: SessionStore, database: Engine) -> None:
    mine, other = new_token(), new_token()
    store.create(mine, {"whose": "mine"})
    store.create(other, {"whose": "other"})
    with database.begin() as connection:
        stolen = connection.execute(
            text("SELECT sealed FROM sessions WHERE id = :id"), {"id": row_id(other)}
        ).scalar_one()
        connection.execute(text("UPDATE sessions SET sealed = :s WHERE id = :id"), {"s": stolen, "id": row_id(mine)})
    with pytest.raises(SealBroken):
        store.open(mine)


def test_the_row_does_not_tell_how_long_a_conversation_is(store: SessionStore, database: Engine) -> None:
    token = new_token()
    store.create(token, {})
    versions = []
    for _ in range(20):
        store.save(token, {}, store.open(token))
        with database.connect() as connection:
            versions.append(connection.execute(text("SELECT version FROM sessions")).scalar_one())
    assert len(set(versions)) == 20
    assert sorted(versions) != versions


def test_the_database_is_for_its_own_user(store: SessionStore, tmp_path: Path) -> None:
    store.create(new_token(), {})
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "data").iterdir())


def test_a_token_is_used_once(store: SessionStore) -> None:
    token = new_token()
    store.create(token, {})
    with pytest.raises(Conflict):
        store.create(token, {})


def test_nothing_in_the_database_opens_it(database: Engine, store: SessionStore) -> None:
    store.create(new_token(), {"secret": "closed value"})
    with database.connect() as connection:
        row = connection.execute(text("SELECT * FROM sessions")).mappings().one()
    for value in row.values():
        for guess in {str(value), value.hex() if isinstance(value, bytes) else str(value)}:
            with pytest.raises(SealBroken):
                unseal(guess, row["sealed"])
