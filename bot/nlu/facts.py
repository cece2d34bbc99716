"""Closed values that a text itself tells: role, age, papers, municipality, signals ... Values of ours, never the visitor's words."""

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
# A number is an age with one of these around it; a number of years that something lasts is none.
_YEARS = (
    r"(\d{1,2})(?: ?(?:jaar|jr|jarige?|j)\b)"
    r"(?! (?:geleden|cel|gevangenis|straf|later|lang|getrouwd|samen|werk|bezig|ervaring|in de|bij|voor|terug|aan|hier|garantie|ouder|jonger|relatie|over))"
)
_BARE = r"(1[0-9]|[2-9][0-9])\b(?! ?(?:uur|euro|keer|km|procent|%|mensen|dagen|weken|maanden|mannen|minuten|[.,]\d|e\b|jaar (?:geleden|lang|getrouwd|samen|cel)))"
_SELF = re.compile(rf"\b(?:ik ben|ben|ik word)(?: (?:een|al|pas|nog|net|maar|zelf|nu|ook|bijna|meisje|jongen|vrouw|man|van))* (?:{_YEARS}|{_BARE})")
_VICTIM = (
    r"(?:dochter|zoon|kind|zus|zusje|broertje|broer|vriendin|vriendinnetje|leerlinge?|studente?|nichtje|neefje|nicht|kleindochter|kleinzoon|"
    r"buurmeisje|buurjongen|meisje|matti|maatje|pleegdochter|pleegzoon|stiefdochter|stiefzoon|klasgenoot|klasgenote|mentorleerling|petekind|stagiaire?)"
)
_OTHER = re.compile(
    rf"\b{_VICTIM}(?: (?:van (?:mij|me|ons)|is|die|net|pas|bijna|nog|maar|al|wordt))*(?: (?:van|is))?[ ,(]+(?:van )?(?:{_YEARS}|{_BARE})"
    rf"|\b(?:ze|zij|hij|die) (?:is|wordt|was)(?: (?:nog|pas|net|maar|al|ook|nu|bijna|eigenlijk|echt|een meisje van|een jongen van))* (?:{_YEARS}|{_BARE})"
    rf"|\b(\d{{1,2}})[ -]?jarige {_VICTIM}"
)
_ANY = re.compile(rf"\b{_YEARS}|\((\d{{1,2}})\)|\bvan (?:bijna )?(1[0-9])\b(?! ?(?:euro|uur|keer|mensen))")


@dataclass(frozen=True, slots=True)
class Facts:
    """Reads closed values from text; see ``data/patterns/facts.yml`` and ``signals.yml``."""

    roles: tuple[tuple[str, Rule], ...]
    values: tuple[tuple[str, str, Rule], ...]
    signals: tuple[tuple[str, Rule], ...]
    general: re.Pattern[str]
    places: Places

    def read(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield (entity, value) for everything that ``text`` tells; each entity once, except signals."""
        spelled = spell(text)
        role = next((name for name, rule in self.roles if rule.holds(spelled)), None)
        if role:
            yield "role", role
        seen = set()
        if age := age_in(spelled, role):
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


def age_in(spelled: str, role: str | None) -> str | None:
    """Return under18 or adult from a number in spelled text, of the person it is about; None when that is not clear."""
    own = _numbers(_SELF, spelled)
    other = _numbers(_OTHER, spelled)
    if role in (None, "self") and own:
        return _group(own)
    if role not in (None, "self"):
        return _group(other[:1]) if other else None
    if other:
        return _group(other[:1]) if role is None else None
    found = _numbers(_ANY, spelled)
    groups = {_group([number]) for number in found}
    return groups.pop() if len(groups) == 1 and role is not None else None


def _numbers(pattern: re.Pattern[str], spelled: str) -> list[int]:
    return [int(group) for match in pattern.finditer(spelled) for group in match.groups() if group]


def _group(ages: list[int]) -> str:
    return "under18" if ages[0] < _ADULT else "adult"


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
        general=one_of(["{in_het_algemeen}"], signals["words"]),
        places=load_places(),
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Adds an entity for every fact a message tells. Its ``value`` is from a closed list; positions span the whole text."""

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component needs."""
        return ["rapidfuzz"]

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
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
