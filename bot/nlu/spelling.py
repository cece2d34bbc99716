"""What words and letter groups of a message say, whatever it means: one of the two opinions that are added up.

The linear model is trained here, on the data as it is now; it answers two questions about a text at once: which label
it has (for ``FlatClassifier``), and which danger it tells of, if any (for ``RiskCheck``).
Words and letter groups are counted here and not in Rasa's featurizers: those hand over counts without tf-idf, as
matrices for every word of a message, which costs more than the whole classification.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.linear import Floats, LinearModel
from bot.nlu.risk_patterns import DANGERS
from bot.nlu.sentence_encoder import READINGS, SentenceEncoder
from bot.nlu.text import spell

SPELLING = "spelling"
NO_DANGER = "-"


@dataclass(frozen=True, slots=True)
class Spelling:
    """What the linear model says of a message.

    ``labels`` and ``scores``: of the message as typed (same shape); ``known``: whether its words are words at all.
    ``dangers``: for each reading, as spelled, the scores of ``DANGERS`` in their order and of everything else.
    """

    labels: tuple[str, ...]
    scores: Floats
    known: bool
    dangers: Mapping[str, tuple[Floats, float]]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SpellingClassifier(IntentClassifier, GraphComponent):
    """Sets ``spelling`` on each message, and no intent: what is made of it others decide."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the components this one needs before it."""
        return [SentenceEncoder]

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component needs."""
        return ["sklearn"]

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: LinearModel | None = None) -> None:
        self._storage = model_storage
        self._resource = resource
        self._model = model
        # Where the scores of the dangers stand among those of the second question; the rest is no danger.
        self._places = [model.questions[1].index(danger) for danger in DANGERS] if model else []

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SpellingClassifier":
        """Create an untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SpellingClassifier":
        """Load a trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, LinearModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Train the linear model on all labelled messages."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        labels = [example.get_full_intent() for example in examples]
        dangers = [example.get(INTENT) if example.get(INTENT) in DANGERS else NO_DANGER for example in examples]
        model = LinearModel.fit([example.get(TEXT) for example in examples], labels, dangers)
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set what the model says of each message."""
        for message in messages:
            if self._model is not None and message.get(TEXT):
                message.set(SPELLING, self._read(self._model, message))
        return messages

    def _read(self, model: LinearModel, message: Message) -> Spelling:
        whole = spell(message.get(TEXT))
        # The whole message is mostly one of its readings too: scored once.
        spelled = {whole, *(reading.spelled for reading in message.get(READINGS))}
        found = {text: model.scores(text) for text in spelled}
        rest = model.questions[1].index(NO_DANGER)
        dangers = {text: (scores[self._places], float(scores[rest])) for text, (_, scores) in found.items()}
        return Spelling(model.questions[0], found[whole][0], model.knows(whole), dangers)
