"""The Dutch pipeline of this repository works in Rasa under the name that Rasa's users know."""

import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.spacy_entity_extractor import SpacyEntityExtractor
from rasa.nlu.tokenizers.spacy_tokenizer import SpacyTokenizer
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message


@pytest.fixture
def model(storage: LocalModelStorage, context: ExecutionContext) -> SpacyModel:
    return SpacyNLP.create({"model": "nl_core_news_sm"}, storage, Resource("spacy"), context).provide()


def test_rasa_reads_tokens_tags_and_lemmas(
    model: SpacyModel, storage: LocalModelStorage, context: ExecutionContext
) -> None:
    provider = SpacyNLP.create({"model": "nl_core_news_sm"}, storage, Resource("spacy"), context)
    tokenizer = SpacyTokenizer(SpacyTokenizer.get_default_config())
    message = Message(data={TEXT: "zij heeft zijn paspoorten meegenomen"})
    tokenizer.process(provider.process([message], model))
    tokens = message.get("text_tokens")
    assert [token.text for token in tokens] == ["zij", "heeft", "zijn", "paspoorten", "meegenomen"]
    assert [token.lemma for token in tokens][3:] == ["paspoort", "meenemen"]
    assert all(token.get("pos") for token in tokens)


def test_rasa_reads_entities_without_capitals(
    model: SpacyModel, storage: LocalModelStorage, context: ExecutionContext
) -> None:
    provider = SpacyNLP.create({"model": "nl_core_news_sm"}, storage, Resource("spacy"), context)
    config = {**SpacyEntityExtractor.get_default_config(), "dimensions": ["GPE"]}
    message = Message(data={TEXT: "ik woon in rotterdam"})
    SpacyEntityExtractor(config).process(provider.process([message], model), model)
    assert [entity["value"] for entity in message.get("entities")] == ["rotterdam"]
