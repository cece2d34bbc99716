"""The bench gives every number of visitors conversations of one length, and counts what it sent."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from scripts.bench.mix import Step
from scripts.bench.run import crowd
from scripts.bench.systems import System, Training


class Counting(System):
    """A system that answers at once and remembers the turns of each conversation."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.turns: dict[int, list[Step]] = {}
        self.visitors: list[dict[str, Any]] = []

    def train(self) -> Training:
        return Training(0.0, 0.0)

    def launch(self) -> str:
        return ""

    async def say(self, client: aiohttp.ClientSession, visitor: dict[str, Any], step: Step) -> None:
        if not visitor:
            visitor["number"] = len(self.visitors)
            self.visitors.append(visitor)
        self.turns.setdefault(visitor["number"], []).append(step)

    def cpu(self) -> float:
        return float(sum(map(len, self.turns.values())))


@pytest.mark.parametrize(("visitors", "conversations"), [(1, 5), (4, 8), (16, 16)])
async def test_conversations_have_one_length(visitors: int, conversations: int) -> None:
    system = Counting()
    found = await crowd(system, visitors, turns=100, length=20)
    # A greeting, then the turns that are measured.
    assert [len(turns) for turns in system.turns.values()] == [21] * conversations
    # This system uses a processor second a message.
    assert found["per_core_second"] == pytest.approx(1.0)
