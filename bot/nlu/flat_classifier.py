"""Intent classifier over all labels at once: plain intents and FAQ topics compete in one decision.

One flat decision is better than intent first and topic second: a mistake in the first step cannot be mended in the
second. Two opinions are added up: the sentence encoder's, which knows what a message means, and that of its spelling.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, RESPONSE_SELECTOR
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.encoder import head
from bot.nlu.risk_patterns import DANGERS
from bot.nlu.sentence_encoder import SentenceEncoder, sentence_vector
from bot.nlu.spelling import SPELLING, Spelling, SpellingClassifier

LABEL_RANKING = "label_ranking"
# Set on a message whose FAQ topic is likely but not sure: the answer then comes with the next likeliest topics. Also on
# a story whose form of exploitation is not sure: the form is then asked.
DOUBTFUL = "doubtful"
FAQ = "faq"
OTHER_LANGUAGE = "other_language"
# Stories: which one it is matters less than that it is heard, so what speaks for the others speaks for the likeliest.
STORIES = frozenset(
    ["disclose_sexual", "disclose_labour", "disclose_criminal", "disclose_unclear", "worried_about_other"]
)
# Those that say which form of exploitation it is, or (UNCLEAR) that it cannot be told.
UNCLEAR = "disclose_unclear"
FORMS = STORIES - {"worried_about_other"}
# Questions what to do, for somebody or for oneself: which one it is depends on who asks, so they count together too.
WHAT_TO_DO = frozenset(["faq/hulp", "faq/vriend", "faq/ouder", "faq/omstander", "faq/melden_waar"])
# Small talk, and the wish for people or questions: to answer it by mistake costs little; to ask back would be stiff.
LIGHT = frozenset(
    [
        "human_handoff",
        "start_check",
        "greet",
        "goodbye",
        "thank",
        "chitchat",
        "insult",
        "bot_challenge",
        "help_menu",
        "ask_source",
        "explain_question",
        "feedback_good",
        "feedback_bad",
    ]
)
# How much the spelling counts beside the logarithm of the encoder's chances; chosen on the development set.
WEIGHT = 7.0


def opinions(spelling: Spelling, vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the score of each label of ``spelling`` for a message with this sentence vector."""
    return np.asarray(head().chances_of(spelling.labels, vector) + WEIGHT * spelling.scores, np.float32)


def support(labels: Sequence[str], confidences: NDArray[np.floating[Any]]) -> float:
    """Return the confidence (0 to 1) in the likeliest label, together with those that would be answered alike.

    For a story these are any story, danger or role; for a question what to do, the others of ``WHAT_TO_DO``.
    """
    best = int(confidences.argmax())
    if labels[best] in STORIES:
        alike = [label in STORIES or label in DANGERS or label.startswith("role_") for label in labels]
    elif labels[best] in WHAT_TO_DO:
        alike = [label in WHAT_TO_DO for label in labels]
    else:
        return float(confidences[best])
    return float(sum(confidence for confidence, counts in zip(confidences, alike, strict=True) if counts))


def form_in_doubt(labels: Sequence[str], confidences: NDArray[np.floating[Any]], sure: float) -> bool:
    """Say whether the likeliest label is a story whose form has less than a share ``sure`` among all stories."""
    best = int(confidences.argmax())
    if labels[best] not in FORMS:
        return False
    stories = sum(confidence for label, confidence in zip(labels, confidences, strict=True) if label in STORIES)
    return bool(confidences[best] < sure * stories)


def bar(label: str, threshold: float, sure: float) -> float:
    """Return the confidence that ``label`` needs: what changes nothing needs ``threshold``, all others ``sure``."""
    return threshold if label.startswith(f"{FAQ}/") or label in LIGHT | STORIES else sure


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FlatClassifier(IntentClassifier, GraphComponent):
    """Sets ``intent``, ``label_ranking`` and ``response_selector``.

    The ranking holds labels with their confidence, best first, FAQ topics as ``faq/<id>``.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the components this one needs before it."""
        return [SentenceEncoder, SpellingClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration; all but the last are chosen by ``bot.evaluation.thresholds``.

        ``threshold``: below this confidence the intent of a question, a story or small talk is nlu_fallback.
        ``sure``: the same for all others; a question between the two is answered, with other meanings to choose.
        ``sharpness``: factor on the scores before they become confidences, so that these are right as often as they
        say.
        ``form``: below this share among the stories, the form of a story is asked rather than believed.
        ``ranking_length``: how many labels the ranking holds.
        """
        return {"threshold": 0.55, "sure": 0.8, "sharpness": 0.6, "form": 0.8, "ranking_length": 6}

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FlatClassifier":
        """Create the component; it learns nothing itself."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message."""
        for message in messages:
            vector, spelling = sentence_vector(message), message.get(SPELLING)
            if vector is not None and spelling is not None:
                self._classify(message, spelling, vector)
        return messages

    def _classify(self, message: Message, spelling: Spelling, vector: NDArray[np.float32]) -> None:
        scores = opinions(spelling, vector)
        odds = np.exp(self._config["sharpness"] * (scores - scores.max()))
        confidences = odds / odds.sum()
        order = np.argsort(-confidences)[: self._config["ranking_length"]]
        ranking = [{"name": spelling.labels[i], "confidence": float(confidences[i])} for i in order]
        confidence = support(spelling.labels, confidences)
        name = str(ranking[0]["name"]).partition("/")[0]
        unread = name != OTHER_LANGUAGE and not spelling.known
        if unread or confidence < bar(ranking[0]["name"], self._config["threshold"], self._config["sure"]):
            name = DEFAULT_NLU_FALLBACK_INTENT_NAME
        unsure = name == FAQ and float(confidences.max()) < self._config["sure"]
        if name in FORMS and form_in_doubt(spelling.labels, confidences, self._config["form"]):
            name, unsure = UNCLEAR, True
            others = [entry for entry in ranking if entry["name"] != UNCLEAR]
            ranking = [{"name": UNCLEAR, "confidence": confidence}, *others]
        message.set(DOUBTFUL, unsure, add_to_output=True)
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
