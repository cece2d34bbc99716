"""The thousandth turn of a conversation is as much work as the tenth: a turn's whole history is its slots."""

from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.trackers import DialogueStateTracker

from bot.chat.engine import Engine, OneTurnTrackers, newest_model
from bot.chat.understanding import from_payload
from bot.sessions.seal import seal
from bot.sessions.token import new_token

TURNS = 1000
# A conversation that goes round: questions, a check that is skipped through, danger, and all over again.
ROUND = ("/greet", '/faq{"topic": "hulp"}', "/start_check", *["/skip"] * 12, "/acute_danger", "/affirm", "/thank")


async def test_a_thousand_turns(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[int] = []
    save = OneTurnTrackers.save

    async def counting(self: OneTurnTrackers, tracker: DialogueStateTracker) -> None:
        events.append(len(tracker.events))
        await save(self, tracker)

    monkeypatch.setattr(OneTurnTrackers, "save", counting)
    engine = Engine(newest_model(model))
    slots: dict[str, Any] = {}
    rounds: list[tuple[int, int]] = []
    token = new_token()
    for turn in range(TURNS):
        outcome = await engine.turn(slots, from_payload(ROUND[turn % len(ROUND)]))
        slots = outcome.slots
        if turn % len(ROUND) == len(ROUND) - 1:
            rounds.append((max(events), len(seal(token, {"slots": slots}))))
            events.clear()
    engine.close()
    # From the second round on nothing grows any more: not the events of a turn, not what is sealed.
    assert len(rounds) > 50
    assert set(rounds[2:]) == {rounds[2]}
    assert rounds[2][0] < 60
