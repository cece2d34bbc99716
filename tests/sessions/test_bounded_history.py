"""The thousandth turn of a conversation is as much work as the tenth: what a turn starts from does not grow."""

from pathlib import Path
from typing import Any

from bot.chat.engine import Engine
from bot.chat.model import newest_model
from bot.chat.understanding import from_payload
from bot.sessions.seal import seal
from bot.sessions.token import new_token

TURNS = 1000
# A conversation that goes round: questions, a check that is skipped through, danger, and all over again.
ROUND = ("/greet", '/faq{"topic": "hulp"}', "/start_check", *["/skip"] * 12, "/acute_danger", "/affirm", "/thank")


def test_a_thousand_turns(model: Path) -> None:
    engine = Engine(newest_model(model))
    slots: dict[str, Any] = {}
    sizes: list[int] = []
    token = new_token()
    for turn in range(TURNS):
        outcome = engine.turn(slots, from_payload(ROUND[turn % len(ROUND)]))
        slots = outcome.slots
        if turn % len(ROUND) == len(ROUND) - 1:
            sizes.append(len(seal(token, {"slots": slots})))
    # From the second round on what is kept, which is all that a turn knows of those before, grows no more.
    assert len(sizes) > 50
    assert set(sizes[2:]) == {sizes[2]}
