"""Fixtures for components: a small model that is trained in the test itself."""

from collections.abc import Callable
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.flat_classifier import FlatClassifier
from bot.nlu.risk import RiskCheck
from bot.nlu.sentence_encoder import SentenceEncoder
from bot.nlu.spelling import SpellingClassifier

EXAMPLES = {
    "faq/hulp": ["welke hulp is er", "wie kan mij helpen hiermee", "waar krijg ik hulp", "hulp voor slachtoffers"],
    "faq/opvang": ["waar kan ik veilig slapen", "is er een opvang", "ik zoek een plek om te slapen", "veilig huis"],
    "greet": ["hallo", "hoi", "goedemorgen", "hey"],
    "chitchat": ["wat een mooi weer", "ik lach me dood", "heb je een hond", "ik ga dood van het lachen"],
    "acute_danger": ["hij staat voor de deur met een mes", "ik zit opgesloten", "hij komt me halen", "hij slaat me nu"],
    "suicidal": ["ik wil dood", "ik wil niet meer leven", "ik maak er een eind aan", "zonder mij is het beter"],
    "sexual_violence_recent": [
        "ik ben net verkracht",
        "gisteren ben ik aangerand",
        "hij dwong me vannacht",
        "vannacht",
    ],
}


def message(text: str, label: str | None = None) -> Message:
    """Return a message, labelled for training when ``label`` is given (``faq/<id>`` for topics)."""
    data: dict[str, Any] = {"text": text}
    if label:
        intent, _, _ = label.partition("/")
        data["intent"] = intent
        if intent != label:
            data["intent_response_key"] = label
    return Message(data)


@pytest.fixture(scope="session")
def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}), node_name="node")


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def encoder(storage: LocalModelStorage, context: ExecutionContext) -> SentenceEncoder:
    return SentenceEncoder.create(SentenceEncoder.get_default_config(), storage, Resource("encoder"), context)


@pytest.fixture(scope="session")
def training_data(encoder: SentenceEncoder) -> TrainingData:
    data = TrainingData([message(text, label) for label, texts in EXAMPLES.items() for text in texts])
    return encoder.process_training_data(data)


@pytest.fixture(scope="session")
def spelling(storage: LocalModelStorage, context: ExecutionContext, training_data: TrainingData) -> SpellingClassifier:
    resource = Resource("spelling")
    SpellingClassifier.create({}, storage, resource, context).train(training_data)
    # What visitors meet is the component that was stored and loaded again.
    return SpellingClassifier.load({}, storage, resource, context)


@pytest.fixture(scope="session")
def classifier(storage: LocalModelStorage, context: ExecutionContext) -> FlatClassifier:
    return FlatClassifier.create(FlatClassifier.get_default_config(), storage, Resource("classifier"), context)


@pytest.fixture(scope="session")
def risk(storage: LocalModelStorage, context: ExecutionContext) -> RiskCheck:
    # Seven labels with four examples each say nothing about scores: only the patterns are meant to decide here.
    patterns_decide = {"threshold": 500.0, "unread": 500.0, "sure": 500.0, "pattern": 1000.0, "elsewhere": 1000.0}
    config = {**RiskCheck.get_default_config(), **patterns_decide}
    return RiskCheck.create(config, storage, Resource("risk"), context)


Classify = Callable[..., list[Message]]


@pytest.fixture(scope="session")
def classify(encoder: SentenceEncoder, spelling: SpellingClassifier, classifier: FlatClassifier) -> Classify:
    """Return a function that lets the components before the risk check read texts."""

    def read(*texts: str) -> list[Message]:
        return classifier.process(spelling.process(encoder.process([message(text) for text in texts])))

    return read
