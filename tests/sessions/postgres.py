"""A PostgreSQL cluster of the tests' own, on a free port, without a password, gone afterwards."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import free_port

MISSING = (
    "PostgreSQL is missing: `apt-get install postgresql` (scripts/system-packages.sh does it). These tests do not skip."
)


def _programs() -> Path:
    """Return the folder with the newest ``initdb`` and ``pg_ctl``; fails the test when there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    if not folders:
        pytest.fail(MISSING)
    return folders[-1]


class Cluster:
    """A running cluster; ``url`` is the setting for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = _programs()
        self._port = free_port()
        self.url = f"postgresql://signaalwijzer@127.0.0.1:{self._port}/postgres"
        # The server refuses to run as root; Debian's package makes a user for it.
        self._user = "postgres" if os.geteuid() == 0 else None

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), "-D", str(self._folder / "data"), *arguments],
            check=True,
            capture_output=True,
            user=self._user,
            cwd="/",
        )

    def create(self) -> None:
        """Make the files of the cluster."""
        if self._user:
            for folder in (self._folder, *self._folder.parents):
                if folder == Path(folder.anchor):
                    break
                if folder.stat().st_uid == os.geteuid() and folder.stat().st_mode & 0o011 == 0:
                    folder.chmod(folder.stat().st_mode | 0o011)
            shutil.chown(self._folder, self._user)
        self._run("initdb", "-U", "signaalwijzer", "--auth=trust", "--no-sync")

    def start(self) -> None:
        """Start the cluster and wait until it answers."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self._folder / "log.txt"), "start")

    def stop(self) -> None:
        """Stop the cluster at once."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Run a cluster in ``folder``."""
    running = Cluster(folder)
    running.create()
    running.start()
    try:
        yield running
    finally:
        running.stop()
