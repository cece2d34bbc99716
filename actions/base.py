"""What all actions share: read the situation, ask the guide, say the reply, write the slots."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.catalogue import Catalogue, catalogue, contact_values, fill
from bot.directory.content import Strict, Text, read_yaml
from bot.directory.store import Directory
from bot.guidance.conversation import Guide
from bot.guidance.reply import Refer, Reply, Say
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
    return Guide(directory(), load_signals())


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


def say(dispatcher: CollectingDispatcher, reply: Reply, words: Catalogue) -> None:
    """Send a reply in the words of the catalogue."""
    for part in reply.parts:
        match part:
            case Say():
                wording = words[part.key]
                values = {**contact_values(directory(), wording.text), **part.values}
                buttons = wording.buttons if part.choices is None else map(words.button, part.choices)
                dispatcher.utter_message(
                    text=fill(wording.text, values),
                    buttons=[button.model_dump() for button in buttons],
                    json_message={"key": part.key},
                )
            case Refer():
                cards = [{"id": contact, "why": _why(contact, part.audience)} for contact in part.contacts]
                dispatcher.utter_message(json_message={"contacts": cards})
    if reply.erase:
        dispatcher.utter_message(json_message={"erase": True})


def _why(contact: str, audience: str) -> str | None:
    texts = reasons().why.get(contact, {})
    return texts.get(audience) or texts.get("default")


class GuidedAction(Action):
    """An action that asks the guide; subclasses name themselves and say what to ask."""

    @abstractmethod
    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        """Return what to say."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Say the reply; return the slots that changed."""
        situation = Situation.from_slots(tracker.slots)
        reply = self.decide(guide(), situation, understood(tracker), datetime.now(UTC))
        say(dispatcher, reply, catalogue())
        return list(changed(tracker.slots, reply.situation))


def changed(slots: dict[str, Any], situation: Situation) -> Iterable[EventType]:
    """Yield an event for every slot that the new situation changes."""
    for name, value in situation.to_slots().items():
        if slots.get(name) != value:
            yield SlotSet(name, value)
