"""Danger, thoughts of suicide and recent sexual violence: looked for in every message, in two independent ways.

Patterns written for chat know the words; a classifier on the sentence encoder knows the meaning. Either one is enough, and
so is the verdict of the intent classifier before. What only sounds like danger is guarded against in both: as phrases that
are taken out before the patterns look, and as training examples.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from bot.nlu.flat_classifier import LABEL_RANKING
from bot.nlu.patterns import PatternError, one_of, read
from bot.nlu.text import spell

DANGERS = ("acute_danger", "suicidal", "sexual_violence_recent")
NO_DANGER = "-"


@dataclass(frozen=True, slots=True)
class RiskPatterns:
    """The first way; see ``data/patterns/risk.yml``."""

    look_alikes: re.Pattern[str]
    elsewhere: dict[str, re.Pattern[str]]
    dutch: dict[str, re.Pattern[str]]
    other: dict[str, re.Pattern[str]]

    def find(self, text: str) -> str | None:
        """Return the danger that the words of ``text`` tell, the most pressing first, or None."""
        spelled = self.look_alikes.sub(" ", spell(text))
        for danger in ("sexual_violence_recent", "suicidal", "acute_danger"):
            if self.dutch[danger].search(spelled) and not self.elsewhere[danger].search(spelled):
                return danger
            if self.other[danger].search(spelled):
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
        """Return the default configuration.

        ``threshold``: probability of danger from which the encoder's classifier decides alone.
        ``verdict``: summed confidence of the danger labels from which the intent classifier decides alone.
        """
        return {"threshold": 0.8, "verdict": 0.5}

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component needs."""
        return ["sklearn"]

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: LogisticRegression | None = None
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model
        self._patterns = load_patterns()

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
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
            return cls(config, model_storage, resource, joblib.load(folder / "risk.joblib"))

    def train(self, training_data: TrainingData) -> Resource:
        """Train the classifier on the sentence vectors of all labelled messages."""
        examples = [example for example in training_data.intent_examples if _vector(example) is not None]
        vectors = np.stack([_vector(example) for example in examples])
        labels = [example.get(INTENT) if example.get(INTENT) in DANGERS else NO_DANGER for example in examples]
        self._model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=400).fit(vectors, labels)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / "risk.joblib")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the danger of each message that has one."""
        for message in messages:
            if text := message.get(TEXT):
                danger = self._patterns.find(text) or self._verdict(message) or self._meaning(message)
                if danger:
                    _set(message, danger)
        return messages

    def _verdict(self, message: Message) -> str | None:
        ranking = [entry for entry in message.get(LABEL_RANKING, []) if entry["name"] in DANGERS]
        if ranking and sum(entry["confidence"] for entry in ranking) >= self._config["verdict"]:
            return str(ranking[0]["name"])
        return None

    def _meaning(self, message: Message) -> str | None:
        vector = _vector(message)
        if vector is None or self._model is None:
            return None
        chances = dict(zip(self._model.classes_, self._model.predict_proba(vector[np.newaxis, :])[0], strict=True))
        if 1 - chances[NO_DANGER] < self._config["threshold"]:
            return None
        return max(DANGERS, key=lambda danger: chances[danger])


def _vector(message: Message) -> np.ndarray[Any, Any] | None:
    _, sentence = message.get_dense_features(TEXT, [])
    return sentence.features[0] if sentence is not None else None


def _set(message: Message, danger: str) -> None:
    others = [entry for entry in message.get(LABEL_RANKING, []) if entry["name"] != danger]
    message.set(INTENT, {"name": danger, "confidence": 1.0}, add_to_output=True)
    message.set(LABEL_RANKING, [{"name": danger, "confidence": 1.0}, *others], add_to_output=True)
