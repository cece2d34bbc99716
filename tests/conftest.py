"""Fixtures that all tests share: one trained model, and a real server process on it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import httpx
import pytest

from bot.settings import ROOT, settings
from bot.training import fingerprint

START_SECONDS = 240.0
# What a test visitor does in a second, a person does in an hour.
UNLIMITED = {
    "SIGNAALWIJZER_LIMIT_NETWORK": "1000000",
    "SIGNAALWIJZER_LIMIT_CONVERSATION": "1000000",
    "SIGNAALWIJZER_LIMIT_SERVER": "1000000",
}


@pytest.fixture(scope="session")
def model() -> Path:
    """The folder of a model trained on the present data; trained here only when it is missing."""
    folder = settings().model_dir
    if not (folder / f"signaalwijzer-{fingerprint()}.tar.gz").exists():
        subprocess.run([sys.executable, "-m", "bot.cli", "train"], cwd=ROOT, check=True)
    return folder


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(model: Path, database_url: str, **environment: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start the assistant and wait until it is ready; return the process and its address.

    Raises:
        AssertionError: it stopped, or was not ready in time.
    """
    return start_process(model, database_url, environment)


def start_process(
    model: Path,
    database_url: str,
    environment: Mapping[str, str],
    command: Sequence[str] = ("-m", "bot.cli"),
    before: Sequence[str] = (),
    output: IO[bytes] | int = subprocess.PIPE,
) -> tuple[subprocess.Popen[bytes], str]:
    """Start the assistant as ``start_server`` does, in another way.

    ``command`` is what Python runs with the arguments of `serve`, ``before`` a command that runs Python, ``output``
    where everything goes that the process writes.
    """
    port = free_port()
    process = subprocess.Popen(
        [*before, sys.executable, *command, "serve", "--port", str(port)],
        cwd=ROOT,
        env={
            **os.environ,
            "SIGNAALWIJZER_MODEL_DIR": str(model),
            "SIGNAALWIJZER_DATABASE_URL": database_url,
            **environment,
        },
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server stopped: {process.stdout.read().decode() if process.stdout else ''}"
        try:
            if httpx.get(f"{address}/health/ready").status_code == 200:
                return process, address
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    process.kill()
    raise AssertionError("the server was not ready in time")


@pytest.fixture(scope="session")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running assistant with an empty SQLite database and without rate limits."""
    database = tmp_path_factory.mktemp("database") / "signaalwijzer.db"
    process, address = start_server(model, f"sqlite:///{database}", **UNLIMITED)
    yield address
    process.terminate()
    process.wait(timeout=20)
