"""The language of a message, when it is clearly not Dutch."""

import re
from functools import lru_cache
from typing import Any

import yaml
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.flat_classifier import LABEL_RANKING
from bot.nlu.text import fold
from bot.settings import PATTERNS

DUTCH = "nl"
# The languages of most visitors who write no Dutch; between few languages short messages are told apart better.
LANGUAGES = (DUTCH, "en", "pl", "es", "tr", "ar", "ru", "fr", "de", "ro", "bg", "uk", "hu", "pt", "it", "zh")
OTHER_LANGUAGE = "other_language"
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
# Letters that only one of the Cyrillic languages has.
_UKRAINIAN, _RUSSIAN = re.compile(r"[іїєґ]"), re.compile(r"[ыэё]")
# With more of these words than this share, a message is Dutch.
_SHARE = 0.25
# Shorter messages (in words) say too little: for them the language must be all but certain.
_SHORT, _CERTAIN = 3, 0.97


@lru_cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier


@lru_cache
def _dutch_words() -> frozenset[str]:
    return frozenset(yaml.safe_load((PATTERNS / "language.yml").read_text(encoding="utf-8"))["dutch_words"].split())


def language_of(text: str, threshold: float) -> str | None:
    """Return the ISO code of the language of ``text``, or None when it is Dutch.

    None also when the language is less sure than ``threshold`` (0 to 1).
    """
    lower = text.lower()
    letters = len(_LETTER.findall(lower))
    if 2 * len(_ARABIC.findall(lower)) > letters:
        return "ar"
    if 2 * len(_HAN.findall(lower)) > letters:
        return "zh"
    if 2 * len(_CYRILLIC.findall(lower)) > letters:
        if _UKRAINIAN.search(lower):
            return "uk"
        if _RUSSIAN.search(lower):
            return "ru"
        return "bg" if str(_identifier().classify(lower)[0]) == "bg" else "ru"
    tokens = re.findall(r"[^\W\d_]+", fold(text))
    if not tokens or sum(token in _dutch_words() for token in tokens) > _SHARE * len(tokens):
        return None
    code, probability = _identifier().classify(lower)
    needed = max(threshold, _CERTAIN) if len(tokens) < _SHORT else threshold
    return str(code) if code != DUTCH and probability >= needed else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(GraphComponent, EntityExtractorMixin):
    """Adds the entity ``language`` (ISO code) to a message that is clearly not Dutch.

    Comes after the intent classifier; the intent is other_language when nothing better was understood.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration.

        ``threshold``: how sure the language must be (0 to 1).
        ``understood``: confidence from which the intent of a message in another language stands.
        """
        return {"threshold": 0.7, "understood": 0.5}

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component needs."""
        return ["py3langid"]

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LanguageDetector":
        """Create the component; loads the language model once a process."""
        _identifier()
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return the training data as it is."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the language to each message that is not Dutch."""
        for message in messages:
            text = message.get(TEXT)
            code = language_of(text, self._config["threshold"]) if text else None
            if code is None:
                continue
            entity = {
                "entity": "language",
                "value": code,
                "start": 0,
                "end": len(text),
                "extractor": type(self).__name__,
            }
            message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
            intent = message.get(INTENT) or {}
            unsure = intent.get("confidence", 0.0) < self._config["understood"]
            if unsure or intent.get("name") == DEFAULT_NLU_FALLBACK_INTENT_NAME:
                others = [entry for entry in message.get(LABEL_RANKING, []) if entry["name"] != OTHER_LANGUAGE]
                message.set(INTENT, {"name": OTHER_LANGUAGE, "confidence": 1.0}, add_to_output=True)
                message.set(LABEL_RANKING, [{"name": OTHER_LANGUAGE, "confidence": 1.0}, *others], add_to_output=True)
        return messages
