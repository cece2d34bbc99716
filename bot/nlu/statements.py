"""Messages that are nothing but one plain statement ("16", "niemand kijkt mee", "ok"): their meaning is certain.

Classifiers see too little in a word or two, and then take an age for danger; here the whole message is known.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.facts import age_group
from bot.nlu.flat_classifier import DOUBTFUL, LABEL_RANKING
from bot.nlu.patterns import PatternError, one_of, read
from bot.nlu.text import spell

# Set on a message that is harmless for certain: the risk check leaves it as it is.
HARMLESS = "harmless"
# What takes safety back is left to the risk check as well.
NOT_SAFE = ("safe", "no")
_NO = re.compile(r"(?:nee+|neen|neej|nope|nop|no)\b")


@dataclass(frozen=True, slots=True)
class Statement:
    """What messages that match ``pattern`` as a whole mean; an age that is "digits" stands in the pattern's group.

    ``intent`` may be an FAQ topic, ``faq/<id>``; ``after_no`` is the intent of those that begin with "nee".
    """

    pattern: re.Pattern[str]
    intent: str
    after_no: str
    entities: Mapping[str, str]

    def values(self, match: re.Match[str]) -> dict[str, str]:
        """Return the closed values of a matching message."""
        years = next((int(group) for group in match.groups() if group), None)
        return {
            name: age_group(years) if value == "digits" and years is not None else value
            for name, value in self.entities.items()
        }


@lru_cache
def load_statements() -> tuple[Statement, ...]:
    """Return the statements of ``data/patterns/statements.yml``, in their order.

    Raises:
        PatternError: the file has not the right form.
    """
    content = read("statements")
    words, entries = content["words"], content.get("statements")
    if not isinstance(entries, list) or not entries:
        raise PatternError("statements.yml: there is no list of statements")
    found = []
    try:
        for entry in entries:
            whole = [f"^{{before}}(?:{source}){{after}}$" for source in entry["patterns"]]
            intent, entities = entry["intent"], entry.get("entities", {})
            found.append(Statement(one_of(whole, words), intent, entry.get("after_no", intent), entities))
    except (KeyError, TypeError) as error:
        raise PatternError(f"statements.yml: {error}") from None
    return tuple(found)


def find(text: str) -> tuple[str, dict[str, str]] | None:
    """Return intent and closed values of a text that is one plain statement, or None."""
    spelled = spell(text)
    for statement in load_statements():
        if match := statement.pattern.match(spelled):
            return statement.after_no if _NO.match(spelled) else statement.intent, statement.values(match)
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class PlainStatements(IntentClassifier, GraphComponent):
    """Sets intent and closed values of a message that is one plain statement; else changes nothing.

    Comes after the extractor of facts, whose values it replaces, and before the risk check.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "PlainStatements":
        """Create the component; reads its pattern file once a process."""
        load_statements()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set what each message means that is a plain statement."""
        for message in messages:
            text = message.get(TEXT)
            if not text or (known := find(text)) is None:
                continue
            label, values = known
            others = [entry for entry in message.get(LABEL_RANKING, []) if entry["name"] != label]
            kept = [entity for entity in message.get(ENTITIES, []) if entity["entity"] not in values]
            added = [
                {"entity": name, "value": value, "start": 0, "end": len(text), "extractor": type(self).__name__}
                for name, value in values.items()
            ]
            message.set(INTENT, {"name": label.partition("/")[0], "confidence": 1.0}, add_to_output=True)
            message.set(DOUBTFUL, False, add_to_output=True)
            message.set(LABEL_RANKING, [{"name": label, "confidence": 1.0}, *others], add_to_output=True)
            message.set(ENTITIES, kept + added, add_to_output=True)
            message.set(HARMLESS, NOT_SAFE not in values.items())
        return messages
