"""Plays the Rasa test stories of this folder through the real engine: understanding, rules, actions, slots, contacts.

The files are Rasa's own format, so ``rasa test core --stories tests/conversations --fail-on-prediction-errors`` reads
them too. A message that starts with a slash is a button, which has to be on offer. The metadata of a story may name the
``contacts`` that its last turn must show.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml

from bot.chat.engine import Engine
from bot.chat.model import newest_model
from bot.chat.understanding import from_payload
from bot.guidance.situation import Form, Role

# On a Tuesday at 13.00 in the Netherlands; which contacts are open is part of the advice.
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HERE = Path(__file__).parent
FILES = sorted(HERE.glob("test_*.yml"))
STORIES = [story for path in FILES for story in yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]]


@dataclass
class Player:
    """An engine that notes which actions ran."""

    engine: Engine
    ran: list[str] = field(default_factory=list)

    def turn(self, slots: dict[str, Any], parsed: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return slots and messages after one message."""
        self.ran.clear()
        outcome = self.engine.turn(slots, parsed)
        return outcome.slots, outcome.messages


@pytest.fixture(scope="module")
def player(model: Path) -> Player:
    """The engine of the newest model."""
    player = Player(Engine(newest_model(model)))
    run = player.engine._actions.run

    def noted(call: dict[str, Any]) -> Any:
        player.ran.append(call["next_action"])
        return run(call)

    player.engine._actions.run = noted
    return player


def contacts_of(messages: list[dict[str, Any]]) -> list[str]:
    """Return the ids of the cards in these messages."""
    return [card["id"] for message in messages for card in (message.get("custom") or {}).get("contacts", [])]


def offered_by(messages: list[dict[str, Any]]) -> list[str]:
    """Return the payloads of the buttons in these messages."""
    return [button["payload"] for message in messages for button in message.get("buttons") or []]


@pytest.mark.parametrize("story", STORIES, ids=[story["story"] for story in STORIES])
def test_story(player: Player, story: dict[str, Any]) -> None:
    slots: dict[str, Any] = {}
    messages: list[dict[str, Any]] = []
    for number, step in enumerate(story["steps"], start=1):
        where = f"step {number}: {step}"
        if "user" in step:
            text = step["user"].strip()
            if text.startswith("/"):
                assert text in offered_by(messages), where
                parsed = from_payload(text)
            else:
                parsed = player.engine.understand(text)
            assert parsed["intent"]["name"] == step["intent"], where
            with time_machine.travel(NOW):
                slots, messages = player.turn(slots, parsed)
            assert messages, where
        elif "action" in step:
            assert player.ran == [step["action"]], where
        else:
            for expected in step["slot_was_set"]:
                for name, value in expected.items():
                    assert slots.get(name) == value, where
    wanted = (story.get("metadata") or {}).get("contacts")
    if wanted:
        assert contacts_of(messages) == wanted


def test_there_is_a_story_for_every_audience_and_form() -> None:
    told = set()
    for story in STORIES:
        values = [each for step in story["steps"] for each in step.get("slot_was_set", [])]
        roles = {each["role"] for each in values if "role" in each}
        forms = {each["form"] for each in values if "form" in each}
        if any(each.get("checked") for each in values):
            told |= {(role, form) for role in roles for form in forms}
    expected = {(role.value, form.value) for role in Role for form in Form if form is not Form.UNCLEAR}
    assert expected <= told


def test_no_two_stories_have_the_same_name() -> None:
    names = [story["story"] for story in STORIES]
    assert len(set(names)) == len(names)
