"""Intent classifier over all labels at once: plain intents and FAQ topics compete in one linear model.

One flat decision is better than intent first and topic second: a mistake in the first step cannot be mended in the
second.
Words and letter groups are counted here and not in Rasa's featurizers: those hand over counts without tf-idf, as
matrices for every word of a message, which costs more than the whole classification. The sentence vector does come
from the featurizer in the pipeline.
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
from rasa.shared.nlu.constants import INTENT, RESPONSE_SELECTOR, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.linear import LinearModel

LABEL_RANKING = "label_ranking"
# Set on a message whose FAQ topic is likely but not sure: the answer then comes with the next likeliest topics.
DOUBTFUL = "doubtful"
FAQ = "faq"
OTHER_LANGUAGE = "other_language"


def sentence_vector(message: Message) -> NDArray[np.float32] | None:
    """Return the sentence vector that the featurizers before gave ``message`` (shape: dimensions), or None."""
    _, sentence = message.get_dense_features(TEXT, [])
    return None if sentence is None else np.asarray(sentence.features[0], np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FlatClassifier(IntentClassifier, GraphComponent):
    """Sets ``intent``, ``label_ranking`` and ``response_selector``.

    The ranking holds labels with their confidence, best first, FAQ topics as ``faq/<id>``.
    Needs a featurizer before it that adds a sentence vector.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration; the first three are chosen by ``bot.evaluation.thresholds``.

        ``threshold``: below this confidence the intent is nlu_fallback.
        ``sure``: the same for all but questions; a question between the two is answered, with other meanings to choose.
        ``sharpness``: factor on the scores before they become confidences, so that these are right as often as they
        say.
        ``ranking_length``: how many labels the ranking holds.
        """
        return {"threshold": 0.35, "sure": 0.6, "sharpness": 7.0, "ranking_length": 6}

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

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FlatClassifier":
        """Create an untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "FlatClassifier":
        """Load a trained classifier."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all labelled messages.

        Raises:
            ValueError: no featurizer before this component adds a sentence vector.
        """
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        vectors = [sentence_vector(example) for example in examples]
        known = [vector for vector in vectors if vector is not None]
        if len(known) < len(examples):
            raise ValueError("FlatClassifier needs a dense featurizer before it in the pipeline")
        labels = [example.get_full_intent() for example in examples]
        self._model = LinearModel.fit([example.get(TEXT) for example in examples], np.stack(known), labels)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message."""
        for message in messages:
            vector = sentence_vector(message)
            if vector is not None and self._model is not None:
                self._classify(message, self._model, vector)
        return messages

    def _classify(self, message: Message, model: LinearModel, vector: NDArray[np.float32]) -> None:
        scores = model.scores(message.get(TEXT), vector)
        odds = np.exp(self._config["sharpness"] * (scores - scores.max()))
        confidences = odds / odds.sum()
        order = np.argsort(-confidences)[: self._config["ranking_length"]]
        ranking = [{"name": model.labels[i], "confidence": float(confidences[i])} for i in order]
        confidence = ranking[0]["confidence"]
        name = str(ranking[0]["name"]).partition("/")[0]
        unread = name != OTHER_LANGUAGE and not model.knows(message.get(TEXT))
        if unread or confidence < self._config["threshold" if name == FAQ else "sure"]:
            name = DEFAULT_NLU_FALLBACK_INTENT_NAME
        message.set(DOUBTFUL, name == FAQ and confidence < self._config["sure"], add_to_output=True)
        message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
        message.set(LABEL_RANKING, ranking, add_to_output=True)
        message.set(RESPONSE_SELECTOR, _as_response_selector(ranking), add_to_output=True)


def _as_response_selector(ranking: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the FAQ topics of a ranking in the shape of Rasa's ResponseSelector, which ``rasa test nlu`` reads."""
    topics = [
        {"intent_response_key": entry["name"], "confidence": entry["confidence"]}
        for entry in ranking
        if entry["name"].startswith(f"{FAQ}/")
    ]
    best = topics[0] if topics else {"intent_response_key": None, "confidence": 0.0}
    response = {**best, "responses": None, "utter_action": f"utter_{best['intent_response_key']}"}
    return {"all_retrieval_intents": [FAQ], FAQ: {"response": response, "ranking": topics}}
