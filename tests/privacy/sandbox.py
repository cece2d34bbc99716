"""A server process in a folder of its own, where everything that it could write can be searched for a word."""

import base64
import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine

from bot.database import connect
from bot.sessions.seal import unseal
from tests.conftest import UNLIMITED, start_process

EVENT = b"signaalwijzer "
GREETING = b"Signaalwijzer start op http://127.0.0.1:"


class Sandbox:
    """One server whose home, temporary folder, working folder, database and output all lie below ``root``."""

    def __init__(self, root: Path, model: Path, **environment: str) -> None:
        self.root = root
        self.model = model
        self.database = root / "database" / "signaalwijzer.db"
        self.database_url = f"sqlite:///{self.database}"
        self.output = root / "output.txt"
        self.folders = {"TMPDIR": root / "temporary", "HOME": root / "home", "XDG_CACHE_HOME": root / "home" / "cache"}
        for folder in self.folders.values():
            folder.mkdir(parents=True)
        self.environment = {**UNLIMITED, **environment}
        self.process: subprocess.Popen[bytes] | None = None
        self.address = ""

    @contextmanager
    def running(self, command: Sequence[str] = ("-m", "bot.cli"), before: Sequence[str] = ()) -> Iterator["Sandbox"]:
        """Run the server; it is asked to stop at the end, unless a test killed it."""
        self.start(command, before)
        try:
            yield self
        finally:
            self.stop()

    def start(self, command: Sequence[str] = ("-m", "bot.cli"), before: Sequence[str] = ()) -> None:
        """Start the server and wait until it is ready."""
        with self.output.open("ab") as output:
            self.process, self.address = start_process(
                self.model,
                self.database_url,
                command=command,
                before=before,
                output=output,
                environment={**{name: str(folder) for name, folder in self.folders.items()}, **self.environment},
            )

    def stop(self) -> None:
        """Ask the server to stop, and wait for it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def kill(self) -> None:
        """Kill the server as the system would: at once, between any two instructions."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=30)
        self.process = None

    def post(self, path: str = "/chat/messages", body: Any = None, **keywords: Any) -> httpx.Response:
        """Post ``body`` as JSON."""
        return httpx.post(f"{self.address}{path}", json=body, timeout=20, **keywords)

    def opens(self) -> str:
        """Open a conversation; return its token."""
        return str(self.post(body={}).json()["session"])

    def says(self, session: str, text: str, **keywords: Any) -> httpx.Response:
        """Type a message."""
        return self.post(body={"session": session, "text": text}, **keywords)

    def engine(self) -> Engine:
        """Return an engine on the server's database."""
        return connect(self.database_url)

    def content(self, session: str) -> dict[str, Any]:
        """Return what is sealed for ``session``, opened with its token."""
        with self.engine().connect() as connection:
            for sealed in connection.exec_driver_sql("SELECT sealed FROM sessions").scalars():
                try:
                    return unseal(session, sealed)
                except Exception:
                    continue
        raise LookupError("no row opens with this token")

    def find(self, word: str) -> list[str]:
        """Return the files below ``root`` that hold ``word``, plain or in an encoding that text is often written in."""
        forms = {
            word.encode(),
            word.encode("utf-16-le"),
            word.encode("utf-32-le"),
            word.encode().hex().encode(),
            base64.b64encode(word.encode()).rstrip(b"=")[:-1],
            word.upper().encode(),
            word[::-1].encode(),
        }
        found = []
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and any(form in path.read_bytes() for form in forms):
                found.append(str(path.relative_to(self.root)))
        return found

    def foreign_output(self) -> list[bytes]:
        """Return the lines of output that are neither an event of the log guard nor the greeting of the start."""
        lines = self.output.read_bytes().splitlines()
        return [line for line in lines if not line.startswith((EVENT, GREETING))]


def contacts_of(response: httpx.Response) -> list[str]:
    """Return the ids of the contacts in an error."""
    return [card["id"] for card in json.loads(response.content)["contacts"]]
