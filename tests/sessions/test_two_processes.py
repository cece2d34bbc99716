"""Two server processes on one database are one assistant; a killed one loses nothing. SQLite and PostgreSQL alike."""

import asyncio
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.database import connect
from bot.sessions.seal import unseal
from tests.conftest import UNLIMITED, start_process
from tests.sessions.postgres import Cluster, cluster


@dataclass
class Pair:
    """Two servers on one database."""

    model: Path
    url: str
    cluster: Cluster | None
    processes: list[subprocess.Popen[bytes]]
    addresses: list[str]

    def start(self) -> None:
        """Start both servers at the same moment: each finds, or makes, the tables."""

        def one(_: int) -> tuple[subprocess.Popen[bytes], str]:
            return start_process(self.model, self.url, environment={**UNLIMITED, "SIGNAALWIJZER_SWEEP_SECONDS": "1"})

        with ThreadPoolExecutor(2) as pool:
            for process, address in pool.map(one, range(2)):
                self.processes.append(process)
                self.addresses.append(address)

    def content(self, session: str) -> dict[str, Any]:
        """Return what is sealed for ``session``; there must be one row only."""
        engine = connect(self.url)
        with engine.connect() as connection:
            sealed = connection.execute(text("SELECT sealed FROM sessions")).scalar_one()
        engine.dispose()
        return unseal(session, bytes(sealed))

    def rows(self) -> int:
        """Return how many conversations the database holds."""
        engine = connect(self.url)
        with engine.connect() as connection:
            number = connection.execute(text("SELECT count(*) FROM sessions")).scalar_one()
        engine.dispose()
        return int(number)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        pair = Pair(model, f"sqlite:///{folder / 'shared.db'}", None, [], [])
        yield from _running(pair)
    else:
        with cluster(folder) as running:
            yield from _running(Pair(model, running.url, running, [], []))


def _running(pair: Pair) -> Iterator[Pair]:
    try:
        pair.start()
        yield pair
    finally:
        for process in pair.processes:
            process.kill()
            process.wait()


async def test_turns_of_one_session_at_two_servers_come_one_after_the_other(pair: Pair) -> None:
    async with httpx.AsyncClient(timeout=30) as client:

        async def send(number: int, body: dict[str, Any]) -> httpx.Response:
            return await client.post(f"{pair.addresses[number % 2]}/chat/messages", json=body)

        session = (await send(0, {})).json()["session"]
        # Messages that each leave a mark of their own: nothing may be lost, whichever server takes them.
        marks = {
            "ik ben een meisje van 16": ("age", "under18"),
            "ik woon in Zwolle": ("municipality", "Zwolle"),
            "ik wil anoniem blijven": ("stay_anonymous", True),
        }
        answers = await asyncio.gather(
            *(send(number, {"session": session, "text": said}) for number, said in enumerate([*marks] * 4))
        )
        assert [answer.status_code for answer in answers] == [200] * 12
        slots = pair.content(session)["slots"]
        assert {name: slots.get(name) for name, _ in marks.values()} == dict(marks.values())
        await send(1, {"session": session, "text": "wis alles"})


async def test_what_one_server_erases_the_other_does_not_know(pair: Pair) -> None:
    async with httpx.AsyncClient(timeout=30) as client:
        first, second = pair.addresses[:2]
        session = (await client.post(f"{first}/chat/messages", json={})).json()["session"]
        hello = {"session": session, "text": "hallo"}
        assert (await client.post(f"{second}/chat/messages", json=hello)).status_code == 200
        assert (await client.post(f"{second}/chat/end", json={"session": session})).status_code == 204
        assert (await client.post(f"{first}/chat/messages", json=hello)).status_code == 404


async def test_a_killed_server_loses_no_conversation(pair: Pair) -> None:
    async with httpx.AsyncClient(timeout=30) as client:
        first, second = pair.addresses[:2]
        session = (await client.post(f"{second}/chat/messages", json={})).json()["session"]
        said = {"session": session, "text": "ik ben een jongen van 15"}
        assert (await client.post(f"{second}/chat/messages", json=said)).status_code == 200
        pair.processes[1].kill()
        pair.processes[1].wait()
        said = {"session": session, "text": "ik woon in Zwolle"}
        assert (await client.post(f"{first}/chat/messages", json=said)).status_code == 200


async def test_a_database_that_stops_brings_the_help_card_and_comes_back(pair: Pair) -> None:
    engine = connect(pair.url)
    async with httpx.AsyncClient(timeout=30) as client:
        address = pair.addresses[0]
        session = (await client.post(f"{address}/chat/messages", json={})).json()["session"]
        if pair.cluster:
            pair.cluster.stop()
        else:
            engine.connect().exec_driver_sql("ALTER TABLE sessions RENAME TO gone")
        try:
            answer = await client.post(f"{address}/chat/messages", json={"session": session, "text": "hallo"})
            assert answer.status_code == 503
            assert answer.json()["contacts"][0]["id"] == "noodnummer_112"
        finally:
            if pair.cluster:
                pair.cluster.start()
            else:
                engine.connect().exec_driver_sql("ALTER TABLE gone RENAME TO sessions")
        answer = await client.post(f"{address}/chat/messages", json={"session": session, "text": "hallo"})
        assert answer.status_code == 200
    with engine.begin() as connection:
        connection.execute(text("UPDATE sessions SET idle_until = 0"))
    engine.dispose()
    for _ in range(100):
        if pair.rows() == 0:
            break
        await asyncio.sleep(0.1)
    assert pair.rows() == 0
