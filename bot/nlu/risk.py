"""Danger, thoughts of suicide and recent sexual violence: looked for in every message, in two independent ways.

Patterns written for chat know the words; the sentence encoder and the spelling know what such messages look like. What
they see is added up, so that one that is sure is enough, and two that half believe it are enough as well. Long messages
are read sentence by sentence, because danger stands in the middle of a story. Against what only sounds like danger:
phrases are taken out before anything looks, and a film or a time long ago counts against it. Danger in doubt is
answered as danger, with another meaning to choose from.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.encoder import head
from bot.nlu.flat_classifier import DOUBTFUL, LABEL_RANKING, support
from bot.nlu.risk_patterns import DANGERS, RiskPatterns, load_patterns
from bot.nlu.sentence_encoder import READINGS, VECTORS, SentenceEncoder
from bot.nlu.spelling import SPELLING, SpellingClassifier
from bot.nlu.statements import HARMLESS

# The chance below which, and above the rest of which, nothing is believed.
LEAST = 1e-6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RiskCheck(IntentClassifier, GraphComponent):
    """Sets a danger as intent with confidence 1.0 and puts it first in ``label_ranking``; else changes nothing.

    Comes last: nothing may change its verdict.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the components this one needs before it."""
        return [SentenceEncoder, SpellingClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration; chosen by ``bot.evaluation.danger_thresholds``, see docs/evaluation.md.

        ``threshold``: the evidence from which a text is dangerous, ``unread``: the same when hardly one of its words is
        known; ``sure``: the evidence from which nothing else is offered too.
        ``spelling``: how much the spelling counts beside the log odds of the encoder, ``whole``: how much the
        intent classifier's opinion of the message as a whole;
        ``pattern``, ``elsewhere``, ``look_alike``: what it adds or takes that a pattern matches, that the text is about
        a film, a lesson or a time long ago, and that a phrase was taken out that only sounds like danger.
        ``stands``: when it is no danger after all, the confidence (among the rest) from which the next label stands.
        """
        return {
            "threshold": -3.8,
            "unread": 1.0,
            "sure": 1.5,
            "spelling": 0.5,
            "whole": 0.5,
            "pattern": 5.0,
            "elsewhere": 6.0,
            "look_alike": 6.0,
            "stands": 0.45,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._patterns = load_patterns()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "RiskCheck":
        """Create the component; it learns nothing itself."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the danger of each message that has one."""
        for message in messages:
            if message.get(SPELLING) and not message.get(HARMLESS):
                evidence, danger = self._judge(message)
                # Of what has no words at all, a hint of danger says nothing.
                threshold = self._config["threshold" if message.get(SPELLING).known else "unread"]
                if evidence >= threshold:
                    _set(message, danger, in_doubt=evidence < self._config["sure"])
                elif message.get(INTENT, {}).get("name") in DANGERS:
                    _demote(message, self._config["stands"])
        return messages

    def _judge(self, message: Message) -> tuple[float, str]:
        """Return the strongest evidence of danger in the text or one of its parts, and of which.

        Of a text whose words are not known, words of danger in its own language are enough.
        """
        if not message.get(SPELLING).known and (danger := self._patterns.find_in_others(message.get(TEXT))):
            return np.inf, danger
        seen = observations(self._patterns, message, self._config["spelling"])
        evidence, danger = max((each.evidence(self._config) for each in seen), default=(-np.inf, DANGERS[-1]))
        return evidence + self._config["whole"] * as_a_whole(message.get(LABEL_RANKING, [])), danger


@dataclass(frozen=True, slots=True)
class Observation:
    """What both ways see in one reading.

    ``meaning``: the encoder's logarithm of the chance of each of ``DANGERS``; ``spelling``: the score that its spelling
    gives each, and ``harmless`` that of everything else; ``matched``: the danger of which a pattern matches.
    """

    meaning: NDArray[np.float32]
    spelling: NDArray[np.float32]
    harmless: float
    matched: str | None
    elsewhere: bool
    mended: bool

    def evidence(self, weights: Mapping[str, float]) -> tuple[float, str]:
        """Return how strongly this speaks for danger (log odds, the higher the more), and for which."""
        total = log_odds(float(np.exp(self.meaning).sum()))
        total += weights["spelling"] * (float(self.spelling.max()) - self.harmless)
        total += weights["pattern"] if self.matched else 0.0
        total -= weights["elsewhere"] if self.elsewhere else 0.0
        total -= weights["look_alike"] if self.mended else 0.0
        return total, self.matched or likeliest(self.meaning, self.spelling, weights["spelling"])


def as_a_whole(ranking: Sequence[Mapping[str, Any]]) -> float:
    """Return the log odds of danger, of whatever kind, in the intent classifier's ranking; 0 without a ranking."""
    if not ranking:
        return 0.0
    return log_odds(sum(entry["confidence"] for entry in ranking if entry["name"] in DANGERS))


def log_odds(chance: float) -> float:
    """Return the logarithm of the odds; no chance counts as surer than ``LEAST`` allows."""
    kept = min(max(chance, LEAST), 1 - LEAST)
    return math.log(kept / (1 - kept))


def likeliest(meaning: NDArray[np.float32], spelling: NDArray[np.float32], weight: float) -> str:
    """Return the danger that both classifiers together find the likeliest."""
    return DANGERS[int((meaning + weight * spelling).argmax())]


def observations(patterns: RiskPatterns, message: Message, weight: float) -> Iterator[Observation]:
    """Yield what is seen in each reading of a message; what its spelling says counts ``weight``."""
    vectors, dangers = message.get(VECTORS), message.get(SPELLING).dangers
    for reading in message.get(READINGS):
        meaning = head().chances_of(DANGERS, vectors[reading.text])
        spelling, harmless = dangers[reading.spelled]
        matched = patterns.find(reading.spelled) or patterns.find_in_others(reading.text)
        elsewhere = patterns.is_elsewhere(matched or likeliest(meaning, spelling, weight), reading.spelled)
        yield Observation(meaning, spelling, harmless, matched, elsewhere, reading.mended)


def _set(message: Message, danger: str, in_doubt: bool) -> None:
    others = [entry for entry in message.get(LABEL_RANKING, []) if entry["name"] != danger]
    message.set(INTENT, {"name": danger, "confidence": 1.0}, add_to_output=True)
    message.set(DOUBTFUL, in_doubt, add_to_output=True)
    message.set(LABEL_RANKING, [{"name": danger, "confidence": 1.0}, *others], add_to_output=True)


def _demote(message: Message, sure: float) -> None:
    """Put what is no danger first; the danger stays among the guesses, so that the visitor can still choose it."""
    ranking = message.get(LABEL_RANKING, [])
    others = [entry for entry in ranking if entry["name"] not in DANGERS]
    if not others:
        return
    chances = np.array([entry["confidence"] for entry in others])
    confidence = support([entry["name"] for entry in others], chances / chances.sum())
    name = others[0]["name"].partition("/")[0] if confidence >= sure else DEFAULT_NLU_FALLBACK_INTENT_NAME
    dangers = [entry for entry in ranking if entry["name"] in DANGERS]
    message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
    message.set(LABEL_RANKING, [others[0], *dangers, *others[1:]], add_to_output=True)
