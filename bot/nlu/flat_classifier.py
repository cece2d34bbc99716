"""Intent classifier over all labels at once: plain intents and FAQ topics compete in one linear model.

One flat decision is better than intent first and topic second: a mistake in the first step cannot be mended in the second.
"""

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.svm import LinearSVC

LABEL_RANKING = "label_ranking"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FlatClassifier(IntentClassifier, GraphComponent):
    """Sets ``intent`` and ``label_ranking`` (labels with confidence, best first, FAQ as ``faq/<id>``)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration; below ``threshold`` the intent is nlu_fallback."""
        return {"threshold": 0.15, "ranking_length": 6}

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component needs."""
        return []

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: Pipeline | None) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "FlatClassifier":
        """Create an untrained classifier."""
        return cls(config, model_storage, resource, None)

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
        import joblib

        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / "model.joblib"))

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all labelled messages."""
        import joblib

        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        texts = [e.get(TEXT).lower() for e in examples]
        labels = [e.get_full_intent() for e in examples]
        self._model = make_pipeline(
            FeatureUnion(
                [
                    ("word", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)),
                    ("char", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)),
                ]
            ),
            LinearSVC(class_weight="balanced", random_state=0),
        )
        self._model.fit(texts, labels)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / "model.joblib")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message."""
        for message in messages:
            text = message.get(TEXT)
            if not text or self._model is None:
                continue
            scores = self._model.decision_function([text.lower()])[0]
            odds = np.exp(4 * (scores - scores.max()))
            confidences = odds / odds.sum()
            order = np.argsort(-confidences)[: self._config["ranking_length"]]
            ranking = [{"name": str(self._model.classes_[i]), "confidence": float(confidences[i])} for i in order]
            best = ranking[0]
            name = best["name"].partition("/")[0]
            if best["confidence"] < self._config["threshold"]:
                name = "nlu_fallback"
            message.set(INTENT, {"name": name, "confidence": best["confidence"]}, add_to_output=True)
            message.set(LABEL_RANKING, ranking, add_to_output=True)
        return messages
