"""Dense featurizer: the sentence encoder of ``bot.nlu.encoder`` as a component of Rasa's pipeline."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import encoder
from bot.nlu.risk_patterns import load_patterns

BATCH = 64
# What a message of a visitor gets beside its own vector: the readings of the risk check, and {text: vector} of these.
READINGS, VECTORS = "readings", "vectors"


def sentence_vector(message: Message) -> NDArray[np.float32] | None:
    """Return the sentence vector that the featurizers before gave ``message`` (shape: dimensions), or None."""
    _, sentence = message.get_dense_features(TEXT, [])
    return None if sentence is None else np.asarray(sentence.features[0], np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Adds one sentence vector to each message."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the components this one needs before it: none, the encoder has a tokenizer of its own."""
        return []

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component needs."""
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration.

        ``in_training``: whether training messages get vectors too. None of our components learns from them, so
        ``config.yml`` spares the minutes that it takes.
        ``batch_size``: the number of training messages encoded at once.
        """
        return {**DenseFeaturizer.get_default_config(), "in_training": True, "batch_size": BATCH}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoder":
        """Create the component; loads the encoder once a process, so that no visitor waits for it."""
        encoder.load()
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Check the configuration.

        Raises:
            InvalidConfigException: ``batch_size`` is not a positive number.
        """
        size = config.get("batch_size", BATCH)
        if not isinstance(size, int) or size < 1:
            raise InvalidConfigException(f"SentenceEncoder: batch_size is {size!r}, not a positive number")

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training messages in batches."""
        if self._config["in_training"]:
            examples = [example for example in training_data.training_examples if example.get(TEXT)]
            size = self._config["batch_size"]
            for start in range(0, len(examples), size):
                batch = examples[start : start + size]
                for message, vector in zip(batch, encoder.encode([each.get(TEXT) for each in batch]), strict=True):
                    self._add(message, vector)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Featurize messages of visitors, and what the risk check reads apart: together takes less than one by one."""
        for message in messages:
            if text := message.get(TEXT):
                readings = list(load_patterns().readings(text))
                texts = list(dict.fromkeys([text, *(reading.text for reading in readings)]))
                vectors = dict(zip(texts, encoder.encode(texts), strict=True))
                message.set(READINGS, readings)
                message.set(VECTORS, vectors)
                self._add(message, vectors[text])
        return messages

    def _add(self, message: Message, vector: NDArray[np.float32]) -> None:
        message.add_features(Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
