"""Danger, thoughts of suicide and recent sexual violence: looked for in every message, in two independent ways.

Patterns written for chat know the words; a classifier of its own, on the sentence vector and the spelling, knows what
such messages look like. Either one is enough, and so is the verdict of the intent classifier before. Long messages are
read sentence by sentence, because danger stands in the middle of a story. What only sounds like danger is guarded
against in both ways: phrases are taken out before anything looks, a film or a time long ago silences the patterns and
raises the bar for the classifier, and such messages are among the training examples.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.flat_classifier import DOUBTFUL, LABEL_RANKING, sentence_vector
from bot.nlu.linear import LinearModel
from bot.nlu.patterns import PatternError, one_of, read
from bot.nlu.sentence_encoder import encode
from bot.nlu.text import fold, shorten, spell, windows

# The most pressing first: who was raped last night and wants to die hears the number for now first.
DANGERS = ("sexual_violence_recent", "suicidal", "acute_danger")
NO_DANGER = "-"


@dataclass(frozen=True, slots=True)
class RiskPatterns:
    """The first way; see ``data/patterns/risk.yml``."""

    look_alikes: re.Pattern[str]
    elsewhere: Mapping[str, re.Pattern[str]]
    dutch: Mapping[str, re.Pattern[str]]
    other: Mapping[str, re.Pattern[str]]

    def strip(self, spelled: str) -> str:
        """Return spelled text without the phrases that only sound like danger."""
        return self.look_alikes.sub(" ", spelled)

    def is_elsewhere(self, danger: str, spelled: str) -> bool:
        """Say whether spelled text tells that a danger is a film's, a lesson's or long past."""
        return self.elsewhere[danger].search(spelled) is not None

    def find(self, text: str) -> str | None:
        """Return the danger that the words of ``text`` tell, the most pressing first, or None."""
        spelled = [self.strip(spell(window)) for window in windows(text)]
        # Dutch chat spellings would spoil other languages: Polish "nie" is not "niet".
        folded = shorten(fold(text))
        for danger in DANGERS:
            for window in spelled:
                if self.dutch[danger].search(window) and not self.is_elsewhere(danger, window):
                    return danger
            if self.other[danger].search(folded):
                return danger
        return None


@lru_cache
def load_patterns() -> RiskPatterns:
    """Return the risk patterns.

    Raises:
        PatternError: the file has not the right form.
    """
    content = read("risk")
    words = content["words"]
    try:
        return RiskPatterns(
            one_of(content["look_alikes"], words),
            {danger: one_of(content["elsewhere"][danger], words) for danger in DANGERS},
            {danger: one_of(content[danger], words) for danger in DANGERS},
            {danger: one_of(content["other_languages"][danger], words) for danger in DANGERS},
        )
    except KeyError as error:
        raise PatternError(f"risk.yml: {error} is missing") from None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class RiskCheck(IntentClassifier, GraphComponent):
    """Sets a danger as intent with confidence 1.0 and puts it first in ``label_ranking``; else changes nothing.

    Comes after the intent classifier and needs a featurizer that adds a sentence vector.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration; chosen on the danger development set, see docs/evaluation.md.

        ``threshold``: by how much the score of a danger must exceed that of no danger for the classifier to decide;
        ``elsewhere``: the same for text that is about a film, a lesson or a time long ago.
        ``verdict``: summed confidence of the danger labels from which the intent classifier decides alone.
        ``sure``: when it is a look-alike, the confidence (among what is no danger) from which the next label stands.
        """
        return {"threshold": -0.3, "elsewhere": 0.6, "verdict": 0.45, "sure": 0.45}

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component needs."""
        return ["sklearn"]

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: LinearModel | None = None
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model
        self._patterns = load_patterns()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "RiskCheck":
        """Create an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "RiskCheck":
        """Load a trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Train the classifier on all labelled messages: three dangers against everything else.

        Raises:
            ValueError: no featurizer before this component adds a sentence vector.
        """
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        vectors = [vector for example in examples if (vector := sentence_vector(example)) is not None]
        if len(vectors) < len(examples):
            raise ValueError("RiskCheck needs a dense featurizer before it in the pipeline")
        labels = [example.get(INTENT) if example.get(INTENT) in DANGERS else NO_DANGER for example in examples]
        self._model = LinearModel.fit([example.get(TEXT) for example in examples], np.stack(vectors), labels)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the danger of each message that has one."""
        for message in messages:
            if text := message.get(TEXT):
                danger = (
                    self._patterns.find(text) or self._meaning(text, sentence_vector(message)) or self._verdict(message)
                )
                if danger:
                    _set(message, danger)
                elif message.get(INTENT, {}).get("name") in DANGERS:
                    _demote(message, self._config["sure"])
        return messages

    def _meaning(self, text: str, vector: NDArray[np.float32] | None) -> str | None:
        """Return the danger that the classifier sees in the text or one of its sentences, or None."""
        if self._model is None or vector is None:
            return None
        parts = windows(text)
        vectors = [vector] if len(parts) == 1 else [vector, *encode(parts[1:])]
        best, found = 0.0, None
        for part, vector_of_part in zip(parts, vectors, strict=True):
            part_vector = vector_of_part
            spelled = spell(part)
            stripped = self._patterns.strip(spelled)
            if stripped != spelled:
                if not stripped.strip(" .,!?"):
                    continue
                # The vector must not know what was taken out either.
                part_vector = encode([stripped])[0]
            scores = dict(zip(self._model.labels, self._model.scores(stripped, part_vector), strict=True))
            danger = max(DANGERS, key=scores.__getitem__)
            doubtful = stripped != spelled or self._patterns.is_elsewhere(danger, stripped)
            excess = scores[danger] - scores[NO_DANGER] - self._config["elsewhere" if doubtful else "threshold"]
            if excess >= best:
                best, found = float(excess), danger
        return found

    def _verdict(self, message: Message) -> str | None:
        """Return the danger that the intent classifier sees, or None."""
        ranking = [entry for entry in message.get(LABEL_RANKING, []) if entry["name"] in DANGERS]
        spelled = spell(message.get(TEXT))
        doubtful = self._patterns.strip(spelled) != spelled or any(
            self._patterns.is_elsewhere(entry["name"], spelled) for entry in ranking
        )
        if not ranking or doubtful or sum(entry["confidence"] for entry in ranking) < self._config["verdict"]:
            return None
        return str(ranking[0]["name"])


def _set(message: Message, danger: str) -> None:
    others = [entry for entry in message.get(LABEL_RANKING, []) if entry["name"] != danger]
    message.set(INTENT, {"name": danger, "confidence": 1.0}, add_to_output=True)
    message.set(DOUBTFUL, False, add_to_output=True)
    message.set(LABEL_RANKING, [{"name": danger, "confidence": 1.0}, *others], add_to_output=True)


def _demote(message: Message, sure: float) -> None:
    """Put what is no danger first; the danger stays among the guesses, so that the visitor can still choose it."""
    ranking = message.get(LABEL_RANKING, [])
    others = [entry for entry in ranking if entry["name"] not in DANGERS]
    if not others:
        return
    confidence = others[0]["confidence"] / sum(entry["confidence"] for entry in others)
    name = others[0]["name"].partition("/")[0] if confidence >= sure else DEFAULT_NLU_FALLBACK_INTENT_NAME
    dangers = [entry for entry in ranking if entry["name"] in DANGERS]
    message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
    message.set(LABEL_RANKING, [others[0], *dangers, *others[1:]], add_to_output=True)
