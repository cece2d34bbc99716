"""Measures our assistant beside stock Rasa, both trained on our data and both over HTTP: ``make bench``.

The two take turns in every round, so that whatever else the machine does meets both. Figures are medians of rounds;
a ratio above one means that ours needs less (or does more).
"""

import argparse
import asyncio
import json
import math
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import aiohttp
import httpx
from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.evaluation.messages import FALLBACK, OUT_OF_SCOPE, Message, accepted, read_messages
from bot.settings import ROOT
from scripts.bench.mix import Step, steps
from scripts.bench.systems import Ours, Stock, System

VISITORS = (1, 4, 16)
EARLY, LATE = 10, 1000
# Turns of a conversation: some questions and a check.
LENGTH = 20
console = Console(stderr=True)


def browsers(visitors: int) -> aiohttp.ClientSession:
    """Return a client for so many visitors; a light one, because it shares the processor with what is measured."""
    connections = aiohttp.TCPConnector(limit=visitors)
    return aiohttp.ClientSession(connector=connections, timeout=aiohttp.ClientTimeout(total=120))


async def visit(
    system: System, client: aiohttp.ClientSession, conversations: int, length: int, offset: int = 0
) -> list[float]:
    """Let one visitor have so many conversations of ``length`` turns; return the seconds of each turn."""
    seconds = []
    for _ in range(conversations):
        visitor: dict[str, Any] = {}
        await system.say(client, visitor, Step("hallo", True))
        for step in islice(steps(), offset, offset + length):
            began = time.perf_counter()
            await system.say(client, visitor, step)
            seconds.append(time.perf_counter() - began)
    return seconds


async def crowd(system: System, visitors: int, turns: int, length: int) -> dict[str, float]:
    """Let visitors come at once, for ``turns`` at least; return latencies (ms), and messages a (processor) second.

    Conversations are of one length whatever the number of visitors: stock Rasa gets slower with every turn.
    """
    conversations = math.ceil(turns / (visitors * length))
    async with browsers(visitors) as client:
        cpu, began = system.cpu(), time.perf_counter()
        found = await asyncio.gather(*(visit(system, client, conversations, length, i) for i in range(visitors)))
        elapsed, used = time.perf_counter() - began, system.cpu() - cpu
    seconds = sorted(value for each in found for value in each)
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    # The greeting that opens a conversation is a message too.
    count = visitors * conversations * (length + 1)
    return {
        "p50_ms": 1000 * cuts[49],
        "p95_ms": 1000 * cuts[94],
        "p99_ms": 1000 * cuts[98],
        "per_second": count / elapsed,
        "per_core_second": count / used if used else float("inf"),
    }


async def long_conversation(system: System, turns: int) -> dict[str, float]:
    """Return the milliseconds of the turns around the tenth and around the last of a long conversation."""
    async with browsers(1) as client:
        seconds = await visit(system, client, 1, turns)
    early, late = seconds[EARLY - 5 : EARLY + 5], seconds[-10:]
    return {"early_ms": 1000 * statistics.median(early), "late_ms": 1000 * statistics.median(late)}


def first_time_ours(system: Ours, messages: Sequence[Message]) -> float:
    """Return the share of messages that our understanding gets right the first time."""
    from bot.chat.engine import Engine
    from bot.chat.model import newest_model
    from bot.evaluation.reports import measure_understanding

    engine = Engine(newest_model(system.folder / "models"))
    return measure_understanding(engine.understand, messages).first_time


def first_time_stock(system: Stock, messages: Sequence[Message]) -> float:
    """Return the same of the running stock Rasa, through its own parse endpoint."""
    right = 0
    with httpx.Client(timeout=60) as client:
        for message in messages:
            parsed = client.post(f"{system.address}/model/parse", json={"text": message.text}).json()
            name = parsed["intent"]["name"]
            if name == "faq":
                name = parsed["response_selector"]["faq"]["response"]["intent_response_key"]
            right += accepted(FALLBACK if name == OUT_OF_SCOPE else str(name), message)
    return right / len(messages)


def median(rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the median of each figure over rounds."""
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def bench(
    rounds: int, turns: int, length: int, late: int, epochs: int, every: int = 1, keep: Path | None = None
) -> dict[str, Any]:
    """Train, start, measure and stop both systems; return every figure and the ratios.

    Both are trained on one message in ``every`` of each label.
    With ``keep``, models are kept in that folder, and what was trained there before is used again.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary)
        systems: tuple[Ours, Stock] = (
            Ours(Path(folder) / "ours", every, name="ours"),
            Stock(Path(folder) / "stock", every, name="stock", epochs=epochs),
        )
        found: dict[str, dict[str, Any]] = {system.name: {} for system in systems}
        for system in systems:
            noted = system.folder / "training.json"
            if not noted.exists():
                system.folder.mkdir(parents=True, exist_ok=True)
                console.print(f"training {system.name}")
                noted.write_text(json.dumps(system.train()._asdict()), encoding="ascii")
            found[system.name]["training"] = json.loads(noted.read_text(encoding="ascii"))
        starts: dict[str, list[float]] = {system.name: [] for system in systems}
        measured: dict[tuple[str, int], list[dict[str, float]]] = {}
        try:
            for number in range(rounds):
                for system in systems:
                    system.stop()
                    starts[system.name].append(system.start())
                for system in systems:
                    # One conversation that does not count: what either reads on first use would disturb the other too.
                    asyncio.run(crowd(system, 1, length, length))
                for visitors in VISITORS:
                    for system in systems:
                        result = asyncio.run(crowd(system, visitors, turns, length))
                        measured.setdefault((system.name, visitors), []).append(result)
                        console.print(
                            f"round {number + 1}, {visitors} at once, {system.name}: {result['p50_ms']:.1f} ms"
                        )
            messages = read_messages(ROOT / "tests" / "data" / "understanding_dev.tsv")
            for system in systems:
                each = found[system.name]
                each["start_s"] = statistics.median(starts[system.name])
                each["memory_mb"] = system.memory() / 1e6
                each["visitors"] = {n: median(measured[system.name, n]) for n in VISITORS}
                each["conversation"] = asyncio.run(long_conversation(system, late))
            found["ours"]["first_time"] = first_time_ours(systems[0], messages)
            found["stock"]["first_time"] = first_time_stock(systems[1], messages)
        finally:
            for system in systems:
                system.stop()
    return {
        **describe(rounds, turns, length, late, epochs, every),
        **found,
        "ratios": ratios(found["ours"], found["stock"]),
    }


def describe(rounds: int, turns: int, length: int, late: int, epochs: int, every: int) -> dict[str, Any]:
    """Return when, where and how this was measured."""
    return {
        "date": date.today().isoformat(),
        "machine": f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}",
        "rounds": rounds,
        "turns": turns,
        "turns_of_conversation": length,
        "long_conversation": late,
        "stock_epochs": epochs,
        "one_message_in": every,
    }


def ratios(ours: dict[str, Any], stock: dict[str, Any]) -> dict[str, float]:
    """Return how many times better ours is; understanding as a difference in points."""
    found = {
        "train": stock["training"]["processor_seconds"] / ours["training"]["processor_seconds"],
        "start": stock["start_s"] / ours["start_s"],
        "memory": stock["memory_mb"] / ours["memory_mb"],
        "growth_ours": ours["conversation"]["late_ms"] / ours["conversation"]["early_ms"],
        "growth_stock": stock["conversation"]["late_ms"] / stock["conversation"]["early_ms"],
        "first_time_points": 100 * (ours["first_time"] - stock["first_time"]),
    }
    for n in VISITORS:
        a, b = ours["visitors"][n], stock["visitors"][n]
        found |= {f"{name}_{n}": b[f"{name}_ms"] / a[f"{name}_ms"] for name in ("p50", "p95", "p99")}
        found[f"throughput_{n}"] = a["per_second"] / b["per_second"]
        found[f"throughput_per_core_{n}"] = a["per_core_second"] / b["per_core_second"]
    return found


def main() -> None:
    """Run the bench and print JSON on standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds; the median counts (default 5)")
    parser.add_argument("--turns", type=int, default=100, help="turns of a round at least (default 100)")
    parser.add_argument("--length", type=int, default=LENGTH, help=f"turns of a conversation (default {LENGTH})")
    parser.add_argument("--late", type=int, default=LATE, help="turns of the long conversation (default 1000)")
    parser.add_argument("--epochs", type=int, default=100, help="epochs of stock Rasa (default 100, its own)")
    parser.add_argument("--every", type=int, default=1, help="train both on one message in so many (default 1, all)")
    parser.add_argument("--keep", type=Path, help="folder for models; what was trained there before is used again")
    options = parser.parse_args()
    found = bench(
        options.rounds, options.turns, options.length, options.late, options.epochs, options.every, options.keep
    )
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
