"""What all actions share: read the situation, ask the guide, say the reply, write the slots."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.catalogue import Button, Catalogue, catalogue, contact_values, fill
from bot.directory.content import Strict, Text, read_yaml
from bot.directory.store import Directory
from bot.guidance.conversation import Guide, in_language
from bot.guidance.meldcode import load_meldcode
from bot.guidance.practice import load_practice
from bot.guidance.reply import Choice, Refer, Reply, Say
from bot.guidance.signals import load_signals
from bot.guidance.situation import Situation, Understood
from bot.settings import CONTENT


class Reasons(Strict):
    """Why a contact fits, per audience."""

    why: dict[str, dict[str, Text]]


@lru_cache
def directory() -> Directory:
    """Return the contacts and municipalities of this process."""
    return Directory.from_files()


@lru_cache
def guide() -> Guide:
    """Return the guide of this process."""
    return Guide(directory(), load_signals(), load_practice(), load_meldcode())


@lru_cache
def reasons() -> Reasons:
    """Return why each contact fits, per audience."""
    return Reasons.model_validate(read_yaml(CONTENT / "why.yml"))


def understood(tracker: Tracker) -> Understood:
    """Return the last message of the visitor as an intent with closed values."""
    message = tracker.latest_message or {}
    entities: dict[str, tuple[str, ...]] = {}
    for entity in message.get("entities", []):
        entities[entity["entity"]] = (*entities.get(entity["entity"], ()), str(entity["value"]))
    return Understood(
        intent=message.get("intent", {}).get("name") or "",
        topic=next(iter(entities.get("topic", ())), None),
        entities=entities,
        guesses=entities.get("guess", ()),
    )


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording with its placeholders filled and its buttons chosen; ``mark`` stands for it in the slot ``said``."""

    key: str
    text: str
    buttons: tuple[Button, ...]

    @property
    def digest(self) -> str:
        """Return eight characters that stand for the text."""
        return f"{crc32(self.text.encode()):08x}"

    @property
    def mark(self) -> str:
        """Return "<key>#<digest>": enough to know our own words again."""
        return f"{self.key}#{self.digest}"


def word(part: Say, words: Catalogue, said: Iterable[str] = ()) -> Wording:
    """Return ``part`` in words: the first variant whose text is not among the marks ``said``, else the first one.

    Raises:
        KeyError: there is no such wording, or a placeholder has no value.
    """
    texts = {mark.rpartition("#")[2] for mark in said}
    variants = [
        Wording(
            part.key,
            fill(variant.text, {**contact_values(directory(), variant.text), **part.values}),
            _buttons(part, words, variant.buttons),
        )
        for variant in words.responses[part.key]
    ]
    return next((variant for variant in variants if variant.digest not in texts), variants[0])


def _buttons(part: Say, words: Catalogue, own: tuple[Button, ...]) -> tuple[Button, ...]:
    if part.buttons_of:
        return words[part.buttons_of].buttons
    if part.choices is None:
        return (*own, *_chosen(part.also, words))
    return _chosen(part.choices, words)


def _chosen(choices: Iterable[Choice], words: Catalogue) -> tuple[Button, ...]:
    known = (
        Button(title=choice.title, payload=choice.payload) if choice.title else words.buttons.get(choice.payload)
        for choice in choices
    )
    # A likely topic that has no answer yet has no title, and is no choice.
    return tuple(button for button in known if button)


def say(dispatcher: CollectingDispatcher, reply: Reply, words: Catalogue) -> tuple[str, ...]:
    """Send a reply in the words of the catalogue; return the marks of what was said.

    Only the last wording with buttons keeps them: one choice at a time.
    """
    said = reply.situation.said
    wordings = {index: word(part, words, said) for index, part in enumerate(reply.parts) if isinstance(part, Say)}
    last = max((index for index, wording in wordings.items() if wording.buttons), default=None)
    for index, part in enumerate(reply.parts):
        match part:
            case Say():
                buttons = [button.model_dump() for button in wordings[index].buttons] if index == last else []
                custom = {"key": part.key, "lang": words[part.key].metadata.lang}
                dispatcher.utter_message(text=wordings[index].text, buttons=buttons, json_message=custom)
            case Refer():
                cards = [{"id": contact, "why": _why(contact, part.audience)} for contact in part.contacts]
                dispatcher.utter_message(json_message={"contacts": cards})
    if reply.erase:
        dispatcher.utter_message(json_message={"erase": True})
    return tuple(wording.mark for wording in wordings.values())


def _why(contact: str, audience: str) -> str | None:
    texts = reasons().why.get(contact, {})
    return texts.get(audience) or texts.get("default")


class GuidedAction(Action, ABC):
    """An action that asks the guide; subclasses name themselves and say what to ask."""

    @abstractmethod
    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        """Return what to say."""

    def reply(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        """Return what to say, with a card in the visitor's language when that is not Dutch."""
        return in_language(self.decide(guide, situation, said, now), situation, said)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say the reply; return the slots that changed."""
        situation = Situation.from_slots(tracker.slots)
        reply = self.reply(guide(), situation, understood(tracker), datetime.now(UTC))
        said = say(dispatcher, reply, catalogue())
        after = Situation() if reply.erase else reply.situation.having(said=said)
        # Every rule ends here; said outright, Rasa need not predict it.
        return [*changed(tracker.slots, after), FollowupAction("action_listen")]


def changed(slots: dict[str, Any], situation: Situation) -> Iterable[EventType]:
    """Yield an event for every slot that the new situation changes."""
    for name, value in situation.to_slots().items():
        if slots.get(name) != value:
            yield SlotSet(name, value)
