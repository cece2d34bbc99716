"""Danger, thoughts of suicide and recent sexual violence: looked for in every message, in two independent ways.

Patterns written for chat know the words; a classifier of its own, on the sentence encoder and the spelling, knows what
such messages look like. Either one is enough. Long messages are read sentence by sentence, because danger stands in the
middle of a story. What only sounds like danger is guarded against in both ways: phrases are taken out before anything
looks, a film or a time long ago silences the patterns and raises the bar for the classifier, and such messages are
among the training examples.
"""

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

from bot.nlu.encoder import encode, head
from bot.nlu.flat_classifier import DOUBTFUL, LABEL_RANKING, support
from bot.nlu.linear import LinearModel
from bot.nlu.risk_patterns import DANGERS, load_patterns
from bot.nlu.sentence_encoder import SentenceEncoder, sentence_vector
from bot.nlu.text import spell, windows

NO_DANGER = "-"
# How much the spelling counts beside the log odds of the encoder; chosen on the danger development set.
SPELLING = 2.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class RiskCheck(IntentClassifier, GraphComponent):
    """Sets a danger as intent with confidence 1.0 and puts it first in ``label_ranking``; else changes nothing.

    Comes last: nothing may change its verdict.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the components this one needs before it."""
        return [SentenceEncoder]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration; chosen on the danger development set, see docs/evaluation.md.

        ``threshold``: the score from which the classifier sees danger;
        ``elsewhere``: the same for text that is about a film, a lesson or a time long ago.
        ``sure``: when it is a look-alike, the confidence (among what is no danger) from which the next label stands.
        """
        return {"threshold": -2.2, "elsewhere": -0.2, "sure": 0.45}

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
        """Train the classifier on all labelled messages: three dangers against everything else."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        labels = [example.get(INTENT) if example.get(INTENT) in DANGERS else NO_DANGER for example in examples]
        self._model = LinearModel.fit([example.get(TEXT) for example in examples], labels)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the danger of each message that has one."""
        for message in messages:
            if text := message.get(TEXT):
                danger = self._patterns.find(text) or self._meaning(text, sentence_vector(message))
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
            score, danger = danger_of(self._model, stripped, part_vector)
            doubtful = stripped != spelled or self._patterns.is_elsewhere(danger, stripped)
            excess = score - self._config["elsewhere" if doubtful else "threshold"]
            if excess >= best:
                best, found = excess, danger
        return found


def danger_of(model: LinearModel, text: str, vector: NDArray[np.float32]) -> tuple[float, str]:
    """Return how much a text and its vector look like danger (the higher the more), and like which.

    The score adds the encoder's log odds and the margin of ``model``, which knows ``DANGERS`` and ``NO_DANGER``.
    """
    chances = head().chances_of(DANGERS, vector)
    chance = float(np.clip(np.exp(chances).sum(), 1e-6, 1 - 1e-6))
    scores = dict(zip(model.labels, model.scores(text), strict=True))
    opinions = {danger: chances[i] + SPELLING * scores[danger] for i, danger in enumerate(DANGERS)}
    margin = max(scores[danger] for danger in DANGERS) - scores[NO_DANGER]
    return float(np.log(chance / (1 - chance)) + SPELLING * margin), max(DANGERS, key=opinions.__getitem__)


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
    chances = np.array([entry["confidence"] for entry in others])
    confidence = support([entry["name"] for entry in others], chances / chances.sum())
    name = others[0]["name"].partition("/")[0] if confidence >= sure else DEFAULT_NLU_FALLBACK_INTENT_NAME
    dangers = [entry for entry in ranking if entry["name"] in DANGERS]
    message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
    message.set(LABEL_RANKING, [others[0], *dangers, *others[1:]], add_to_output=True)
