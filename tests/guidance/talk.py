"""A conversation with the guide itself: intents through the real rules to the real actions, without Rasa."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import yaml

import actions.actions
from actions.base import GuidedAction, Wording, guide, word
from bot.catalogue import catalogue
from bot.guidance.reply import Refer, Reply, Say
from bot.guidance.situation import Situation, Understood
from bot.settings import ROOT

DAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
_PAYLOAD = re.compile(r"/([a-z_]+)(\{.*\})?")


@cache
def rules() -> Mapping[str, str]:
    """Return the action of every intent, as the rules in ``data/stories`` say."""
    found = {}
    for path in sorted((ROOT / "data" / "stories").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            intent, action = rule["steps"]
            found[intent["intent"]] = action["action"]
    return found


@cache
def action_classes() -> Mapping[str, GuidedAction]:
    """Return the actions by name."""
    classes = [value for value in vars(actions.actions).values() if isinstance(value, type)]
    found = [each() for each in classes if issubclass(each, GuidedAction) and each is not GuidedAction]
    return {action.name(): action for action in found}


def understood(intent: str, **values: str) -> Understood:
    """Return a message as language understanding delivers it; several values are separated by spaces."""
    entities = {name: tuple(value.split()) for name, value in values.items()}
    return Understood(intent, values.get("topic"), entities, entities.get("guess", ()))


def tapped(payload: str) -> Understood:
    """Return the message that a button sends."""
    match = _PAYLOAD.fullmatch(payload)
    assert match, payload
    values = {name: (str(value),) for name, value in json.loads(match[2] or "{}").items()}
    return Understood(match[1], values.get("topic", (None,))[0], values)


@dataclass
class Talk:
    """One visitor; keeps what was said in the last turn."""

    situation: Situation = field(default_factory=Situation)
    now: datetime = DAY
    reply: Reply = field(default_factory=lambda: Reply((), Situation()))
    wordings: list[Wording] = field(default_factory=list)

    def hears(self, said: Understood) -> "Talk":
        """Let the guide answer one message."""
        action = action_classes()[rules()[said.intent]]
        self.reply = action.reply(guide(), self.situation, said, self.now)
        says = [part for part in self.reply.parts if isinstance(part, Say)]
        self.wordings = [word(part, catalogue(), self.reply.situation.said) for part in says]
        after = Situation() if self.reply.erase else self.reply.situation
        marks = () if self.reply.erase else tuple(wording.mark for wording in self.wordings)
        # Between two turns only slots survive.
        self.situation = Situation.from_slots(after.having(said=marks).to_slots())
        return self

    def says(self, intent: str, **values: str) -> "Talk":
        """Let the guide answer a message of this intent."""
        return self.hears(understood(intent, **values))

    def taps(self, payload: str) -> "Talk":
        """Tap a button that is on offer."""
        assert payload in self.buttons, (payload, self.buttons)
        return self.hears(tapped(payload))

    @property
    def keys(self) -> list[str]:
        """The wordings of the last turn."""
        return [wording.key for wording in self.wordings]

    @property
    def cards(self) -> list[str]:
        """The contacts of the last turn."""
        return [contact for part in self.reply.parts if isinstance(part, Refer) for contact in part.contacts]

    @property
    def buttons(self) -> list[str]:
        """The buttons on offer: those of the last wording that has any."""
        return next(([b.payload for b in each.buttons] for each in reversed(self.wordings) if each.buttons), [])

    @property
    def pending(self) -> str | None:
        """The question that waits for an answer."""
        return self.situation.pending
