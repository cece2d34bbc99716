"""From start to stop, training included, the process reaches out to nobody, and writes where it may only."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.privacy.sandbox import Sandbox

AUDITED = ("-m", "tests.privacy.audited")
# The tracer stands beside (-D), so that the process we start, and stop, is the one that is watched.
STRACE = ("strace", "-D", "-f", "-q", "--seccomp-bpf", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o")
NO_STRACE = "strace is missing: `apt-get install strace` (scripts/system-packages.sh does it). This test does not skip."
# Addresses of the internet; a socket in the file system reaches nobody outside.
OUTWARD = re.compile(r"AF_INET6?\b")


def lines(report: Path, kind: str) -> list[str]:
    """Return what was reported of ``kind``."""
    return [line.split(" ", 1)[1] for line in report.read_text().splitlines() if line.startswith(f"{kind} ")]


def outward(trace: Path) -> list[str]:
    """Return the system calls that had an address of the internet, once the tracer has seen the end."""
    deadline = time.monotonic() + 20
    while not re.search(r"\+\+\+ (?:exited|killed)[^\n]*\n\Z", trace.read_text(errors="replace")):
        assert time.monotonic() < deadline, "the tracer did not see the end"
        time.sleep(0.1)
    return [line for line in trace.read_text(errors="replace").splitlines() if OUTWARD.search(line)]


def watched(report: Path, trace: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command under both watches until it ends."""
    return subprocess.run(
        [*STRACE, str(trace), sys.executable, *AUDITED, *arguments],
        cwd=ROOT,
        env={**os.environ, "REPORT": str(report), **environment},
        capture_output=True,
        check=False,
    )


@pytest.fixture(autouse=True)
def strace() -> None:
    """Both watches are needed: the audit hook sees Python, strace sees the libraries below it."""
    if shutil.which("strace") is None:
        pytest.fail(NO_STRACE)


def test_the_watches_see_a_connection(tmp_path: Path) -> None:
    """Control."""
    watched(tmp_path / "report", tmp_path / "trace", PLANT="1")
    assert lines(tmp_path / "report", "network") == ["socket.connect ('192.0.2.1', 9)"]
    assert len(outward(tmp_path / "trace")) == 1


def test_training_reaches_nobody(tmp_path: Path) -> None:
    report, trace = tmp_path / "report", tmp_path / "trace"
    models = tmp_path / "models"
    run = watched(report, trace, "train", TINY="1", SIGNAALWIJZER_MODEL_DIR=str(models), TMPDIR=str(tmp_path))
    assert run.returncode == 0, run.stderr[-2000:]
    assert len(list(models.glob("*.tar.gz"))) == 1, "it must have trained"
    assert lines(report, "network") == []
    assert outward(trace) == []


def test_serving_reaches_nobody_and_starts_nothing(model: Path, tmp_path: Path) -> None:
    report, trace = tmp_path / "report", tmp_path / "trace"
    box = Sandbox(tmp_path / "box", model, REPORT=str(report), SIGNAALWIJZER_SWEEP_SECONDS="1")
    with box.running(AUDITED, before=(*STRACE, str(trace))):
        # Libraries ask `uname` and the like while they are imported, before there is any visitor.
        at_start = lines(report, "program")
        session = box.opens()
        for said in ("hallo", "mijn vriend dwingt mij", "hij heeft een mes", "wat is een loverboy", "wis alles"):
            answer = box.says(session, said)
            assert answer.status_code == 200
            session = answer.json()["session"]
        box.post("/chat/tapped", {"contact": "fier"})
        box.post("/chat/end", {"session": session})
    assert lines(report, "network") == []
    # What goes to a visitor goes over the connection that the visitor made.
    assert outward(trace) == []
    written = {path for path in lines(report, "write") if not path.startswith(str(box.root))}
    assert {path for path in written if path != os.devnull and "__pycache__" not in path} == set()
    assert lines(report, "program") == at_start
