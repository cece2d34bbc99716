"""Chooses the settings of the intent classifier on the development set: ``python -m bot.evaluation.thresholds``.

Reads it with the newest trained model, then prints how well each sharpness calibrates, and what visitors would meet
with each pair of thresholds and with each share below which the form of a story is asked. What is chosen stands in
``FlatClassifier.get_default_config``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from rasa.shared.nlu.constants import TEXT
from rich.console import Console
from rich.table import Table

from bot.chat.model import Model, newest_model
from bot.evaluation.messages import FALLBACK, OUT_OF_SCOPE, Message, accepted, read_messages
from bot.guidance.conversation import offered
from bot.nlu.flat_classifier import FORMS, UNCLEAR, FlatClassifier, bar, form_in_doubt, opinions, support
from bot.nlu.sentence_encoder import VECTORS
from bot.nlu.spelling import SPELLING
from bot.settings import ROOT, settings

SHARPNESS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2)
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
FORM = (0.0, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
# How many labels reach the dialogue, see bot/chat/understanding.py.
RANKING = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares of messages, as in ``bot.evaluation.reports.Understanding``."""

    first_time: float
    after_one: float
    fallback: float
    doubtful_wrong: float
    wrong: float


SHARES = tuple(share.name for share in fields(Outcome))


def confidences(scores: NDArray[np.float32], sharpness: float) -> NDArray[np.float64]:
    """Return confidences (rows add up to one) for scores (messages x labels)."""
    odds = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)).astype(np.float64))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def outcome(
    labels: Sequence[str],
    chances: NDArray[np.float64],
    messages: Sequence[Message],
    threshold: float,
    sure: float,
    form: float,
) -> Outcome:
    """Return what visitors would meet with these thresholds."""
    first = after = fallback = doubtful_wrong = wrong = 0
    for row, message in zip(chances, messages, strict=True):
        ranking = [labels[i] for i in np.argsort(-row)[:RANKING]]
        found, chance = ranking[0], support(labels, row)
        doubtful = found.startswith("faq/") and threshold <= chance and row.max() < sure
        offers = offered(ranking[1:] if doubtful else ranking)
        if chance < bar(found, threshold, sure) or found == OUT_OF_SCOPE:
            found = FALLBACK
        elif form_in_doubt(labels, row, form):
            found, doubtful, offers = UNCLEAR, True, list(FORMS)
        elif not doubtful:
            offers = []
        right = accepted(found, message)
        first += right
        fallback += found == FALLBACK
        after += right or not message.accept.isdisjoint(offers)
        doubtful_wrong += doubtful and not right
        wrong += not right and not doubtful and found != FALLBACK
    n = len(messages)
    return Outcome(first / n, after / n, fallback / n, doubtful_wrong / n, wrong / n)


def main() -> None:
    """Print the tables."""
    chosen = FlatClassifier.get_default_config()
    console = Console(width=100)
    model = Model.load(newest_model(settings().model_dir))
    messages = read_messages(ROOT / "tests" / "data" / "understanding_dev.tsv")
    read = [model.read(message.text) for message in messages]
    labels = read[0].get(SPELLING).labels
    scores = np.stack([opinions(each.get(SPELLING), each.get(VECTORS)[each.get(TEXT)]) for each in read])
    right = np.array([[label in message.accept for label in labels] for message in messages])

    table = Table("sharpness", "log loss", title="Calibration: the lower the better")
    losses = {each: float(-np.log((confidences(scores, each) * right).sum(axis=1) + 1e-9).mean()) for each in SHARPNESS}
    for each, loss in losses.items():
        table.add_row(f"{each:g}", f"{loss:.3f}")
    console.print(table)
    sharpness = min(losses, key=losses.__getitem__)

    chances = confidences(scores, sharpness)
    table = Table("sure", "threshold", *SHARES, title=f"sharpness {sharpness:g}")
    for sure in THRESHOLDS:
        for threshold in (each for each in THRESHOLDS if each <= sure):
            found = outcome(labels, chances, messages, threshold, sure, chosen["form"])
            table.add_row(f"{sure:g}", f"{threshold:g}", *_shares(found))
    console.print(table)

    table = Table("form", *SHARES, title="Stories whose form is asked below this share")
    for form in FORM:
        found = outcome(labels, chances, messages, chosen["threshold"], chosen["sure"], form)
        table.add_row(f"{form:g}", *_shares(found))
    console.print(table)


def _shares(found: Outcome) -> list[str]:
    return [f"{getattr(found, share):.3f}" for share in SHARES]


if __name__ == "__main__":
    main()
