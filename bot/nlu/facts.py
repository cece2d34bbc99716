"""Closed values that a text itself tells: role, age, papers, municipality, signals.

The values are ours, never the visitor's words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.patterns import PatternError, Rule, one_of, read, rules
from bot.nlu.places import Places, load_places
from bot.nlu.text import spell

_ADULT = 18


@dataclass(frozen=True, slots=True)
class Ages:
    """Finds the age of the person a text is about; groups of the patterns hold years."""

    own: re.Pattern[str]
    other: re.Pattern[str]
    any: re.Pattern[str]

    def find(self, spelled: str, role: str | None) -> str | None:
        """Return under18 or adult for spelled text by someone in ``role``, or None when it is not clear."""
        own, other = _numbers(self.own, spelled), _numbers(self.other, spelled)
        if role in (None, "self") and own:
            return age_group(own[0])
        if role != "self" and other:
            return age_group(other[0])
        if role != "self" or other:
            return None
        groups = {age_group(number) for number in _numbers(self.any, spelled)}
        return groups.pop() if len(groups) == 1 else None


def _numbers(pattern: re.Pattern[str], spelled: str) -> list[int]:
    return [int(group) for match in pattern.finditer(spelled) for group in match.groups() if group]


def age_group(age: int) -> str:
    """Return under18 or adult for an age in years."""
    return "under18" if age < _ADULT else "adult"


@dataclass(frozen=True, slots=True)
class Facts:
    """Reads closed values from text; see ``data/patterns/facts.yml`` and ``signals.yml``."""

    roles: tuple[tuple[str, Rule], ...]
    values: tuple[tuple[str, str, Rule], ...]
    signals: tuple[tuple[str, Rule], ...]
    ages: Ages
    general: re.Pattern[str]
    places: Places

    def read(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield (entity, value) for everything that ``text`` tells; each entity once, except signals."""
        spelled = spell(text)
        role = next((name for name, rule in self.roles if rule.holds(spelled)), None)
        if role:
            yield "role", role
        seen = set()
        if age := self.ages.find(spelled, role):
            seen.add("age")
            yield "age", age
        for entity, value, rule in self.values:
            if entity not in seen and rule.holds(spelled):
                seen.add(entity)
                yield entity, value
        if not self.general.search(spelled):
            for signal, rule in self.signals:
                if rule.holds(spelled):
                    yield "signal", signal
        if name := self.places.find(text):
            yield "municipality", name


@lru_cache
def load_facts() -> Facts:
    """Return the facts that the pattern files describe.

    Raises:
        PatternError: a file has not the right form.
    """
    facts, signals = read("facts"), read("signals")
    role_rules = dict(rules(facts["role"], facts["words"]))
    if set(facts["role_order"]) != set(role_rules):
        raise PatternError("facts.yml: role_order and role differ")
    return Facts(
        roles=tuple((name, role_rules[name]) for name in facts["role_order"]),
        values=tuple(
            (entity, value, rule)
            for entity in ("age", "papers", "anonymous", "parent_involved")
            for value, rule in rules(facts[entity], facts["words"])
        ),
        signals=tuple(rules(signals["signals"], signals["words"])),
        ages=Ages(*(one_of(facts["ages"][whose], facts["words"]) for whose in ("own", "other", "any"))),
        general=one_of(["{in_het_algemeen}"], signals["words"]),
        places=load_places(),
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Adds an entity for every fact that a message tells.

    Its ``value`` is from a closed list; its position is the whole text.
    """

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component needs."""
        return ["rapidfuzz"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FactExtractor":
        """Create the component; reads its pattern files once a process."""
        load_facts()
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return the training data as it is: facts are for dialogue, not for training."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message."""
        for message in messages:
            if text := message.get(TEXT):
                entities = [
                    {"entity": entity, "value": value, "start": 0, "end": len(text), "extractor": type(self).__name__}
                    for entity, value in load_facts().read(text)
                ]
                if entities:
                    message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages
