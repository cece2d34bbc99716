"""Shows where the milliseconds of a turn go, in ours and in stock Rasa: ``python -m scripts.bench.breakdown FOLDER``.

FOLDER holds the models that ``run.py --keep FOLDER`` trained. Both systems answer the mix of conversations for one
visitor over HTTP while py-spy looks at every thread of their processes many times a second. What a thread does is
counted for the part of the system that the innermost frame known to ``PARTS`` belongs to; a thread that waits for work
counts nothing.
"""

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from scripts.bench.run import LENGTH, browsers, visit
from scripts.bench.systems import Ours, Stock, System, kept_models

# Looks a second.
RATE = 200
# Parts of a turn, and what the paths of their files hold; the first that fits counts.
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sentence encoder", ("/bot/nlu/encoder.py", "/bot/nlu/sentence_encoder.py")),
    ("other language components", ("/bot/nlu/",)),
    ("DIET and ResponseSelector", ("/rasa/nlu/classifiers/diet", "/rasa/nlu/selectors/")),
    ("tokenizer and featurizers", ("/rasa/nlu/",)),
    ("TED and other policies", ("/rasa/core/policies/", "/rasa/core/featurizers/")),
    ("deep copies", ("/copy.py",)),
    ("schema checks", ("/jsonschema/", "/rasa/shared/utils/validation.py")),
    ("tracker: kept, copied, read back", ("/rasa/shared/", "/rasa/core/tracker_store.py", "/rasa/core/lock")),
    ("tracker sent to the action server", ("/rasa/core/actions/", "/rasa/utils/endpoints.py", "/aiohttp/")),
    ("rules, action and cards", ("/bot/chat/", "/bot/guidance/", "/bot/directory/", "/actions/", "/rasa_sdk/")),
    ("session store", ("/bot/sessions/", "/sqlalchemy/")),
    ("privacy", ("/bot/privacy/",)),
    ("Rasa's graph and processor", ("/rasa/engine/", "/rasa/core/")),
    ("HTTP", ("/bot/app.py", "/starlette/", "/uvicorn/", "/sanic/", "/asyncio/")),
)
OTHER, UNSEEN = "other", "client, sockets and event loop (not seen)"
# Innermost functions of a thread that waits for work. An event loop of uvloop is no Python, and looks like its caller.
WAITING = re.compile(
    r"(?:\S+\.)?(?:(?:select|wait|_worker|poll|accept) \(|get \(queue|run \(\S*asyncio/runners|serve \(\S*sanic/)"
)
console = Console(stderr=True)


def part_of(stack: str) -> str | None:
    """Return the part of the system that a stack is in, or None when its thread waits.

    ``stack``: frames as py-spy writes them, outermost first: ``function (file)``, with ``;`` between them.
    """
    frames = stack.split(";")
    if WAITING.match(frames[-1]):
        return None
    for frame in reversed(frames):
        for part, files in PARTS:
            if any(file in frame for file in files):
                return part
    return OTHER


def count_parts(lines: Iterable[str]) -> Counter[str]:
    """Return in how many looks each part was seen, from the lines of py-spy's raw format: a stack, a space, a count."""
    seen: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rstrip("\n").rpartition(" ")
        if part := part_of(stack):
            seen[part] += int(count)
    return seen


async def converse(system: System, spies: Iterable[subprocess.Popen[bytes]]) -> float:
    """Let one visitor have conversations until every spy has seen enough; return the milliseconds of a turn."""
    seconds: list[float] = []
    async with browsers(1) as client:
        while any(spy.poll() is None for spy in spies):
            seconds += await visit(system, client, 1, LENGTH)
    return 1000 * sum(seconds) / len(seconds)


def look(system: System, seconds: int, folder: Path) -> dict[str, float]:
    """Return the milliseconds that a turn takes, whole (``turn``) and in each part.

    Raises:
        subprocess.CalledProcessError: py-spy may not look at the processes.
    """
    system.start()
    try:
        asyncio.run(_warm(system))
        files = [folder / f"{system.name}-{process.pid}.txt" for process in system.processes]
        spies = [
            subprocess.Popen(
                [
                    str(Path(sys.executable).with_name("py-spy")), "record", "--pid", str(process.pid), "--idle",
                    "--rate", str(RATE), "--duration", str(seconds), "--format", "raw", "--full-filenames",
                    "--nolineno", "--output", str(file),
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for process, file in zip(system.processes, files, strict=True)
        ]  # fmt: skip
        turn = asyncio.run(converse(system, spies))
    finally:
        system.stop()
    for spy in spies:
        if spy.returncode:
            raise subprocess.CalledProcessError(spy.returncode, "py-spy")
    seen: Counter[str] = Counter()
    for file in files:
        seen += count_parts(file.read_text(encoding="utf-8").splitlines())
    parts = {part: count * turn / (seconds * RATE) for part, count in seen.most_common()}
    return {"turn": turn, **parts, UNSEEN: turn - sum(parts.values())}


async def _warm(system: System) -> None:
    async with browsers(1) as client:
        await visit(system, client, 2, LENGTH)


def main() -> None:
    """Look at both systems and print JSON on standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=kept_models, help="folder with the models that run.py --keep trained")
    parser.add_argument("--seconds", type=int, default=60, help="how long to look at each system (default 60)")
    options = parser.parse_args()
    found: dict[str, Any] = {"date": date.today().isoformat(), "seconds": options.seconds}
    systems: tuple[System, ...] = (
        Stock(options.folder / "stock", name="stock"),
        Ours(options.folder / "ours", name="ours"),
    )
    with tempfile.TemporaryDirectory() as temporary:
        for system in systems:
            console.print(f"looking at {system.name}")
            began = time.perf_counter()
            found[system.name] = look(system, options.seconds, Path(temporary))
            console.print(f"{time.perf_counter() - began:.0f} s")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
