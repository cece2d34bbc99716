"""The command line under Python's audit hooks: ``REPORT=<file> python -m tests.privacy.audited <arguments>``.

Every attempt to reach something outside, to start a program or to write a file is reported as "<kind> <what>", from
before the first import of ours to the end. ``TINY=1`` trains on a few examples of each intent; ``PLANT=1`` makes one
connection, as a control.
"""

import os
import re
import shutil
import socket
import sys
import tempfile
from pathlib import Path

NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}
PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EXAMPLES = 6


def watch(report: int) -> None:
    """Report to the descriptor ``report`` from now on; this cannot be undone."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in NETWORK:
            os.write(report, f"network {event} {arguments[-1]!r}\n".encode())
        elif event in PROGRAMS:
            os.write(report, f"program {event} {arguments[0]!r}\n".encode())
        elif event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
            os.write(report, f"write {arguments[0]}\n".encode(errors="replace"))

    sys.addaudithook(hook)


def cut_training_data(folder: Path) -> None:
    """Let training read the real configuration with a few examples of each intent, put together in ``folder``."""
    import bot.training
    from bot.settings import ROOT

    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "data", folder / "data")
    more = re.compile(rf"((?:^ +- .*\n){{{EXAMPLES}}})(?:^ +- .*\n)+", re.MULTILINE)
    for path in (folder / "data" / "nlu").rglob("*.yml"):
        path.write_text(more.sub(r"\1", path.read_text(encoding="utf-8")), encoding="utf-8")
    vars(bot.training)["ROOT"] = folder


if __name__ == "__main__":
    watch(os.open(os.environ["REPORT"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    if "PLANT" in os.environ:
        with socket.socket() as outward:
            outward.settimeout(0.1)
            outward.connect_ex(("192.0.2.1", 9))
        sys.exit()
    from bot.cli import app

    if "TINY" in os.environ:
        with tempfile.TemporaryDirectory() as tiny:
            cut_training_data(Path(tiny))
            app()
    else:
        app()
